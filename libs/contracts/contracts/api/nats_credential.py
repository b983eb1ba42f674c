"""Where it is described with what applications connect to NATS."""

from typing import Annotated

from pydantic import Field

from contracts.api.access import Name
from contracts.message import Message, Moment, Request


class NewNatsCredential(Request):
    """A credential to make for one application; people see its ``name`` in the list."""

    name: Annotated[Name, Field(examples=["shop-backend"])]
    events: Annotated[bool, Field(description="Whether it may watch all events of the tenant.")] = False


class NatsCredential(Message):
    """With what an application connects; the seed that was shown once when it was made is not kept.

    The application may publish to ``publish`` and subscribe to ``subscribe``; it is answered under ``inbox_prefix``.
    """

    id: str
    tenant: str
    name: str
    events: bool
    public_key: Annotated[str, Field(description="The public half of the nkey; by it NATS knows the application.")]
    inbox_prefix: str
    publish: tuple[str, ...]
    subscribe: tuple[str, ...]
    created_by: str
    created_at: Moment
    revoked_at: Moment | None = None
    revoked_by: str | None = None


class MadeNatsCredential(NatsCredential):
    """A credential that was made just now, with its seed, which is never shown again.

    Where NATS could not be told yet, ``admitted`` is false; it is told as soon as it can be reached.
    """

    seed: Annotated[str, Field(repr=False, description="The secret half of the nkey, to connect with.")]
    url: Annotated[str, Field(description="Where NATS is, as applications reach it; several servers with commas.")]
    admitted: Annotated[bool, Field(description="Whether NATS lets it in already.")]
