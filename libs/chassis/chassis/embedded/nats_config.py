"""Where the configuration of NATS is written: the port, the streams' folder, and who may say and hear what."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nkeys

from chassis.embedded import folders, ports

MEGABYTE = 1024 * 1024


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


User = NkeyUser | PasswordUser


@dataclass(frozen=True, slots=True)
class NatsSettings:
    """Everything about the server but its users; sizes in bytes."""

    port: int
    store_folder: Path
    pid_file: Path
    name: str
    monitoring_port: int | None = None
    max_payload: int = 8 * MEGABYTE
    max_file_store: int = 10 * 1024 * MEGABYTE
    max_memory_store: int = 64 * MEGABYTE
    sync_interval: str = "1s"


def new_seed() -> str:
    """Return a fresh user's seed: the private half, from which the public key follows."""
    return nkeys.encode_seed(secrets.token_bytes(32), nkeys.PREFIX_BYTE_USER).decode()


def public_key(seed: str) -> str:
    """Return the public key that a seed proves."""
    return bytes(nkeys.from_seed(seed.encode()).public_key).decode()


def everything(seed: str) -> NkeyUser:
    """Return a user without limits, for tests and for the operator of the local stack."""
    return NkeyUser(public_key(seed), publish_allow=(">",), subscribe_allow=(">",))


def write_config(path: Path, users: Sequence[User], settings: NatsSettings) -> None:
    """Write the configuration; without users everybody on this machine may do everything (tests only)."""
    config: dict[str, object] = {
        "server_name": settings.name,
        "listen": f"{ports.LOCALHOST}:{settings.port}",
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
    if users:
        config["authorization"] = {"users": [_user(user) for user in users]}
    folders.write_private(path, json.dumps(config, indent=2) + "\n")


def _user(user: User) -> dict[str, object]:
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
