"""Where it is limited how fast a key or a person may ask, and all of a tenant together where its plan says so."""

from hashlib import sha256

from gateway.access.identity import Identity
from gateway.access.limits import Limits, Rate
from gateway.api.shields import Header
from gateway.settings import Settings

_FACT = "requests_per_s"
_BURST_OF_A_PLAN = 4
"""Seconds for which a tenant may have saved up."""


class Pace:
    """The buckets of keys, of people with all their sessions, and of tenants."""

    def __init__(self, settings: Settings) -> None:
        rate = Rate(settings.requests_per_s, settings.request_burst)
        self._keys = Limits(rate, _key_too_fast, _FACT)
        self._tenants = Limits(rate, _tenant_too_fast, _FACT)

    def let_in(self, identity: Identity, secret: bytes) -> list[Header]:
        """Count a request, and give the headers that say how many more may come; raises `TooManyRequests`."""
        whose = identity.person if identity.session else sha256(secret).hexdigest()
        self._keys.admit(whose)
        planned = identity.entitlements.requests_per_s
        if planned is None:
            return self._keys.spend(whose, 1)
        shared = Rate(planned, planned * _BURST_OF_A_PLAN)
        self._tenants.admit(identity.tenant, shared)
        return min(self._keys.spend(whose, 1), self._tenants.spend(identity.tenant, 1, shared), key=_left)


def _left(standing: list[Header]) -> int:
    return int(dict(standing)[b"ratelimit-remaining"])


def _key_too_fast(_: str, per_s: int, wait: int) -> str:
    return (
        f"More than the {per_s:,} requests a second came that one key or person may make; this one was not looked at. "
        f"Please send it again in {wait:,} s."
    )


def _tenant_too_fast(tenant: str, per_s: int, wait: int) -> str:
    return (
        f"More than the {per_s:,} requests a second came that the plan of the tenant {tenant!r} allows; this one was "
        f"not looked at. Please send it again in {wait:,} s."
    )
