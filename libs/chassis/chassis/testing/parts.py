"""Where tests start a service's parts, or a whole service, in their own process."""

from chassis.rpc.caller import Caller
from chassis.settings import ChassisSettings
from contracts.event import Cause


def settings(database_url: str, nats_url: str, **others: object) -> ChassisSettings:
    """Give settings for a test."""
    return ChassisSettings(database_url=database_url, nats_url=nats_url, log_level="warning", **others)  # pyright: ignore[reportArgumentType]


def caller(tenant: str = "acme", actor: str = "ada", idempotency_key: str | None = None) -> Caller:
    """Give somebody who asks."""
    return Caller(tenant, Cause(actor), idempotency_key)
