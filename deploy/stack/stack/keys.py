"""Where the stack's passwords, seeds and keys are made once and kept."""

import secrets
from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, Field

from chassis import nkey
from chassis.embedded import folders
from stack.home import Home

SYSTEM = "system"
"""Whose seed it is that has NATS read its configuration again; the gateway has it beside its own."""

Secret = Annotated[str, Field(repr=False)]


class Keys(BaseModel):
    """Everything secret about one local stack, by service where it is a service's."""

    tenant: str
    admin_api_key: Secret
    operator_seed: Secret
    application_password: Secret = Field(default_factory=lambda: secrets.token_hex(16))
    superuser_password: Secret = Field(default_factory=lambda: secrets.token_hex(24))
    cluster_password: Secret = Field(default_factory=lambda: secrets.token_hex(24))
    secret_key: Secret = Field(default_factory=lambda: secrets.token_hex(32))
    passwords: dict[str, str] = Field(repr=False)
    seeds: dict[str, str] = Field(repr=False)


def ensure(home: Home, services: Iterable[str], *, tenant: str) -> Keys:
    """Return the keys, making those that do not exist yet; the tenant counts the first time only."""
    keys = read(home)
    wanted = complete(keys, services, tenant=tenant)
    if wanted != keys or not home.keys.exists():
        write(home, wanted)
    return wanted


def complete(keys: Keys | None, services: Iterable[str], *, tenant: str) -> Keys:
    """Return the keys with those made that do not exist yet."""
    keys, names = keys or _fresh(tenant), tuple(services)
    return keys.model_copy(
        update={
            "passwords": {name: secrets.token_hex(24) for name in names} | keys.passwords,
            "seeds": {name: nkey.new_seed() for name in (*names, SYSTEM)} | keys.seeds,
        }
    )


def read(home: Home) -> Keys | None:
    """Return the keys of a stack that was started before, or None."""
    return Keys.model_validate_json(home.keys.read_text()) if home.keys.exists() else None


def write(home: Home, keys: Keys) -> None:
    """Keep the keys, readable by their owner only."""
    folders.write_private(home.keys, keys.model_dump_json(indent=2) + "\n")


def _fresh(tenant: str) -> Keys:
    return Keys(
        tenant=tenant,
        admin_api_key=f"rk_{secrets.token_urlsafe(32)}",
        operator_seed=nkey.new_seed(),
        passwords={},
        seeds={},
    )
