"""Where a folder of secrets is made, completed and rotated; nothing that is there is ever made anew unasked."""

from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel

from chassis import nkey
from chassis.embedded import folders
from contracts import topology
from stack import keys
from stack.deploying import environment, servers, store
from stack.deploying.environment import Places
from stack.keys import SYSTEM, Keys

KEYS = "keys.json"
SUPERUSER = "postgres-password"


def names() -> tuple[str, ...]:
    """Name the services, each with a role, a schema and a seed."""
    return tuple(str(each) for each in topology.SERVICES)


class Kept(BaseModel):
    """What a folder remembers: all other files follow from it."""

    places: Places
    keys: Keys


def read(folder: Path) -> Kept | None:
    """Return what a folder that was made before remembers, or None."""
    path = folder / KEYS
    return Kept.model_validate_json(path.read_text()) if path.exists() else None


def write(folder: Path, known: Keys, places: Places) -> tuple[Path, ...]:
    """Write all files, readable by their owner only, and return them; first the one that the others follow from."""
    permissions = {name: topology.permissions(each) for name, each in zip(names(), topology.SERVICES, strict=True)}
    texts = {KEYS: Kept(places=places, keys=known).model_dump_json(indent=2) + "\n"}
    texts |= {f"{name}.env": environment.text(name, known, places) for name in names()}
    texts[servers.CONFIG] = servers.text(known, permissions, servers=places.nats_servers)
    texts["postgres.sql"] = store.sql(known.passwords)
    texts[SUPERUSER] = known.superuser_password
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, written in texts.items():
        folders.write_private(folder / name, written)
    return tuple(folder / name for name in texts)


def rotated(known: Keys, services: Iterable[str]) -> Keys:
    """Give these services new passwords and seeds; the gateway's system seed goes with its own."""
    chosen = set(services)
    seeds = chosen | ({SYSTEM} if "gateway" in chosen else set[str]())
    left = known.model_copy(
        update={
            "passwords": {name: each for name, each in known.passwords.items() if name not in chosen},
            "seeds": {name: nkey.new_seed() if name in seeds else each for name, each in known.seeds.items()},
        }
    )
    return keys.complete(left, names(), tenant=known.tenant)
