"""Where the stack's passwords, seeds and keys are made once and kept."""

import secrets
from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, Field

from chassis.embedded import folders, nats_config
from stack.home import Home

Secret = Annotated[str, Field(repr=False)]


class Application(BaseModel):
    """An application's NATS user; its seed is shown to it once and not kept."""

    public_key: str
    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


class Keys(BaseModel):
    """Everything secret about one local stack, by service where it is a service's."""

    tenant: str
    admin_api_key: Secret
    operator_seed: Secret
    application_password: Secret = Field(default_factory=lambda: secrets.token_hex(16))
    passwords: dict[str, str] = Field(repr=False)
    seeds: dict[str, str] = Field(repr=False)
    applications: dict[str, Application] = Field(default_factory=dict)


def ensure(home: Home, services: Iterable[str], *, tenant: str) -> Keys:
    """Return the keys, making those that do not exist yet; the tenant counts the first time only."""
    keys = read(home) or _fresh(tenant)
    wanted = keys.model_copy(
        update={
            "passwords": {name: secrets.token_hex(24) for name in services} | keys.passwords,
            "seeds": {name: nats_config.new_seed() for name in services} | keys.seeds,
        }
    )
    if wanted != keys or not home.keys.exists():
        write(home, wanted)
    return wanted


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
        operator_seed=nats_config.new_seed(),
        passwords={},
        seeds={},
    )
