"""Where commands get their client."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ratchet.client import Client


_TENANT: ContextVar[str | None] = ContextVar("tenant", default=None)


@contextmanager
def working_in(tenant: str | None) -> Generator[None]:
    """Have all commands work in this tenant meanwhile."""
    before = _TENANT.set(tenant)
    try:
        yield
    finally:
        _TENANT.reset(before)


def tenant_named() -> str | None:
    """Give the tenant that commands work in, if one was named."""
    return _TENANT.get()


@contextmanager
def connected() -> Generator["Client"]:
    """Give a client of the gateway that is known here; imported here, because HTTP takes its time to load."""
    from ratchet.client import Client  # noqa: PLC0415

    with Client(tenant=_TENANT.get()) as client:
        yield client
