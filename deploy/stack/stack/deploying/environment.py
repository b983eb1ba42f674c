"""Where the secret part of each service's environment is written; what is no secret stands in the manifests."""

from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, Field

from contracts import topology
from stack.keys import SYSTEM, Keys
from stack.plan import GATEWAY

NATS = "nats://nats:4222"
APPLICATIONS_FILE = "/nats/applications.conf"
CLUSTERS = (1, 3, 5)
_SERVICES = frozenset(str(each) for each in topology.SERVICES)


class Places(BaseModel):
    """Where Postgres is found, also by service, and how many servers of NATS keep each stream."""

    postgres: str = "postgresql://postgres:5432/ratchet"
    postgres_of: dict[str, str] = Field(default_factory=dict)
    nats_servers: int = 1


def moved(places: Places, addresses: Iterable[str], nats_servers: int | None) -> Places:
    """Return the places with those that are named now; raises ValueError for what is none."""
    changed = places.model_copy(deep=True)
    for each in addresses:
        service, named, address = each.partition("=")
        if named and service in _SERVICES:
            changed.postgres_of[service] = _checked(address)
        else:
            changed.postgres = _checked(each)
    if nats_servers is not None:
        changed.nats_servers = nats_servers
    if changed.nats_servers not in CLUSTERS:
        raise ValueError(f"NATS keeps a stream on 1, 3 or 5 servers, not on {changed.nats_servers}")
    return changed


def text(service: str, keys: Keys, places: Places) -> str:
    """Write one service's environment, a line a variable, as compose and kubectl read it."""
    return "".join(f"{name}={value}\n" for name, value in variables(service, keys, places).items())


def variables(service: str, keys: Keys, places: Places) -> dict[str, str]:
    """Give one service's secrets and addresses."""
    address = places.postgres_of.get(service, places.postgres)
    known = {
        "RATCHET_DATABASE_URL": _database(service, keys.passwords[service], address),
        "RATCHET_NATS_URL": NATS,
        "RATCHET_NATS_SEED": keys.seeds[service],
        "RATCHET_STREAM_REPLICAS": str(places.nats_servers),
    }
    return known | (_of_the_gateway(keys) if service == GATEWAY else {})


def _of_the_gateway(keys: Keys) -> dict[str, str]:
    return {
        "RATCHET_BOOTSTRAP_ADMIN_KEY": keys.admin_api_key,
        "RATCHET_BOOTSTRAP_TENANT": keys.tenant,
        "RATCHET_NATS_SYSTEM_SEED": keys.seeds[SYSTEM],
        "RATCHET_NATS_APPLICATIONS_FILE": APPLICATIONS_FILE,
        "RATCHET_SECRET_KEY": keys.secret_key,
    }


def _checked(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.hostname or not parts.path.strip("/"):
        raise ValueError(f"Postgres is given as postgresql://host:5432/ratchet, not as {address}")
    return address


def _database(service: str, password: str, url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{service}:{password}@{host}"))
