"""Where the configuration of NATS is written: the port, the streams' folder, and who may say and hear what."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chassis import nkey
from chassis.embedded import folders, ports
from contracts import applications
from contracts.applications import SERVICES_ACCOUNT, SYSTEM_ACCOUNT

MEGABYTE = 1024 * 1024
APPLICATIONS = "applications.conf"
"""The accounts of tenants and their applications: a file beside the configuration, which the gateway writes."""

NAME_OF_THE_SERVER = "$NATS_NAME"
"""A variable of its environment: NATS takes no configuration anew where it was told its name as an argument."""

_ASKS_THE_SYSTEM = ("$SYS.REQ.SERVER.PING.STATSZ", "$SYS.REQ.SERVER.*.RELOAD")


@dataclass(frozen=True, slots=True)
class NkeyUser:
    """Somebody who proves who they are with a key, and the subjects they may publish and subscribe to.

    JetStream is reached over `$JS.API.>` and `$JS.ACK.>`, key-value buckets over `$KV.<bucket>.>`, answers over the
    user's inbox. With `allow_responses` the user may answer whatever reached them, wherever the asker's inbox is.
    """

    public_key: str
    publish_allow: tuple[str, ...]
    subscribe_allow: tuple[str, ...]
    allow_responses: bool = True


@dataclass(frozen=True, slots=True)
class PasswordUser:
    """Somebody who proves who they are with a password in the URL, as the programs beside a local stack do.

    ``subscribe_deny`` keeps the inboxes of others out of a wide ``subscribe_allow``.
    """

    name: str
    password: str = field(repr=False)
    publish_allow: tuple[str, ...]
    subscribe_allow: tuple[str, ...]
    subscribe_deny: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SystemUser:
    """Somebody who may find the servers, and have them read their configuration again; nothing else."""

    public_key: str


User = NkeyUser | PasswordUser | SystemUser


@dataclass(frozen=True, slots=True)
class Cluster:
    """The servers that keep streams together; each is told all of them, itself too."""

    name: str
    listen: str
    hosts: tuple[str, ...]
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NatsSettings:
    """Everything about the server but its users; sizes in bytes. Without a name it is that of its environment."""

    port: int
    store_folder: Path
    pid_file: Path
    name: str
    monitoring_port: int | None = None
    max_payload: int = 8 * MEGABYTE
    max_file_store: int = 10 * 1024 * MEGABYTE
    max_memory_store: int = 64 * MEGABYTE
    sync_interval: str = "1s"
    host: str = ports.LOCALHOST
    applications: str = APPLICATIONS
    cluster: Cluster | None = None


def everything(seed: str) -> NkeyUser:
    """Return a user without limits, for tests and for the operator of the local stack."""
    return NkeyUser(nkey.public_key(seed), publish_allow=(">",), subscribe_allow=(">",))


def write_config(path: Path, users: Sequence[User], settings: NatsSettings) -> None:
    """Write the configuration; without users everybody on this machine may do everything (tests only)."""
    if users:
        _begin(path.with_name(settings.applications))
    folders.write_private(path, text(users, settings))


def text(users: Sequence[User], settings: NatsSettings) -> str:
    """Give the configuration as it is written; nothing is."""
    lines = [f"server_name: {json.dumps(settings.name) if settings.name else NAME_OF_THE_SERVER}"]
    lines += [f"{name}: {json.dumps(value)}" for name, value in _server(settings).items()]
    if users:
        lines += _accounts(users, settings.applications)
    return "\n".join(lines) + "\n"


def has_accounts(path: Path) -> bool:
    """Whether a configuration that was written before knows users and their accounts."""
    return "\naccounts: {" in path.read_text()


def _server(settings: NatsSettings) -> dict[str, object]:
    config: dict[str, object] = {
        "listen": f"{settings.host}:{settings.port}",
        "pid_file": str(settings.pid_file),
        "max_payload": settings.max_payload,
        "jetstream": {
            "store_dir": str(settings.store_folder),
            "sync_interval": settings.sync_interval,
            "max_file_store": settings.max_file_store,
            "max_memory_store": settings.max_memory_store,
        },
    }
    if settings.monitoring_port is not None:
        config["http"] = f"{ports.LOCALHOST}:{settings.monitoring_port}"
    if settings.cluster is not None:
        config["cluster"] = _cluster(settings.cluster)
    return config


def _cluster(cluster: Cluster) -> dict[str, object]:
    routes = [f"nats://{cluster.name}:{cluster.password}@{host}" for host in cluster.hosts]
    known = {"user": cluster.name, "password": cluster.password, "timeout": 5}
    return {"name": cluster.name, "listen": cluster.listen, "authorization": known, "routes": routes}


def _accounts(users: Sequence[User], applications_file: str) -> Iterable[str]:
    """What is included comes first: of two accounts with one name the later counts, so it can never be one of ours."""
    known = {
        SYSTEM_ACCOUNT: {"users": [_system_user(user) for user in users if isinstance(user, SystemUser)]},
        SERVICES_ACCOUNT: {
            "jetstream": "enabled",
            "users": [_user(user) for user in users if not isinstance(user, SystemUser)],
            "exports": _exports(),
        },
    }
    yield from (f"system_account: {SYSTEM_ACCOUNT}", "accounts: {", f"  include {applications_file}")
    yield from (f"  {name}: {json.dumps(account)}" for name, account in known.items())
    yield "}"


def _exports() -> list[dict[str, str]]:
    offered = applications.shared("*")
    return [*({"service": subject} for subject in offered.asked), *({"stream": subject} for subject in offered.told)]


def _begin(path: Path) -> None:
    if not path.exists():
        folders.write_private(path, "{}\n")


def _system_user(user: SystemUser) -> dict[str, object]:
    inbox = f"{applications.inbox(user.public_key)}.>"
    return {"nkey": user.public_key, "permissions": {"publish": _subjects(_ASKS_THE_SYSTEM), "subscribe": inbox}}


def _user(user: NkeyUser | PasswordUser) -> dict[str, object]:
    permissions: dict[str, object] = {
        "publish": _subjects(user.publish_allow),
        "subscribe": _subjects(user.subscribe_allow),
    }
    if isinstance(user, PasswordUser):
        permissions["subscribe"] = _subjects(user.subscribe_allow) | {"deny": list(user.subscribe_deny)}
        return {"user": user.name, "password": user.password, "permissions": permissions}
    if user.allow_responses:
        permissions["allow_responses"] = True
    return {"nkey": user.public_key, "permissions": permissions}


def _subjects(allowed: tuple[str, ...]) -> dict[str, list[str]]:
    """An empty list of allowed subjects means all of them to NATS; here it means none."""
    return {"allow": list(allowed)} if allowed else {"deny": [">"]}
