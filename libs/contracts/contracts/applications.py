"""Where it is said what an application may say and hear, and what its tenant's account shares with the services'.

Each tenant has an account of its own in NATS. Nothing of another account can be reached from there but what is listed
here: no stream, no consumer, no command, no inbox. That holds for the subject on which an answer is asked for, too.
"""

from dataclasses import dataclass

from contracts.events.ingest import Ingest
from contracts.topology import Permissions, prompt_address, route_address, route_subject, routes_address

SERVICES_ACCOUNT = "RATCHET"
SYSTEM_ACCOUNT = "SYS"


@dataclass(frozen=True, slots=True)
class Shared:
    """What crosses the border of two accounts: ``asked`` are requests to the services, ``told`` comes from them."""

    asked: tuple[str, ...]
    told: tuple[str, ...]


def account(tenant: str) -> str:
    """Name a tenant's account: no tenant's is called like one of the platform's, which have capitals only."""
    return f"tenant-{tenant}"


def shared(tenant: str) -> Shared:
    """Give what a tenant's account shares with the services': reports, routes, prompts and events of its own.

    For the tenant ``*`` that is what the services' account offers to all of them.
    """
    reports = (Ingest.address(tenant, Ingest.INFERENCE), Ingest.address(tenant, Ingest.FEEDBACK))
    return Shared(
        asked=(*reports, routes_address(tenant), route_address(tenant, "*"), prompt_address(tenant, "*")),
        told=(route_subject(tenant, "*"), f"events.{tenant}.>"),
    )


def permissions(tenant: str, public_key: str, *, events: bool) -> Permissions:
    """Give what one application may say and hear; its inbox is its own, other applications cannot listen there."""
    between = shared(tenant)
    told = between.told if events else between.told[:1]
    return Permissions(publish=between.asked, subscribe=(f"{inbox(public_key)}.>", *told))


def inbox(public_key: str) -> str:
    """Give the prefix of the subjects on which an application is answered; it may listen to no other."""
    return f"_INBOX.{public_key}"
