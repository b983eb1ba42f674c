"""Where a unit is assigned to a version: a pure function, so that every language and service can agree on the answer.

The point of a unit is the first 8 bytes, big endian, of SHA-256 over ``<salt>:<unit>`` in UTF-8, divided by 2**64: a
number from 0 up to 1. The arms lie one behind another in the order of the route, each as long as its weight; the unit
gets the arm that its point falls on. The salt stays the same while only weights change, so that assignment is sticky.
Other languages find the exact rules and test vectors in docs/assignment.md.
"""

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from itertools import accumulate

from contracts.api.route import Arm, Resolution, Route

_Chosen = tuple[str | None, str | None, str | None, str | None]
_NOBODY: _Chosen = (None, None, None, None)


class Reason(StrEnum):
    """Why a version was chosen: somebody's order, the route as heard or as last known, or what serves without one."""

    OVERRIDE = "override"
    ROUTE = "route"
    LAST_KNOWN = "last known route"
    DEFAULT = "default"


def resolve(route: Route, unit: str | None, stale_seconds: float = 0.0) -> Resolution:
    """Say which version a unit gets by a route that was last heard of so long ago; without one where nothing serves."""
    arm, reason = choose(route, unit), _reason(route, stale_seconds)
    chosen = (arm.version_id, arm.label, arm.artifact, arm.uri) if arm else _NOBODY
    if stale_seconds:
        return _resolution(chosen, route.revision, reason, stale_seconds)
    return _fresh(chosen, route.revision, reason)


def choose(route: Route, unit: str | None) -> Arm | None:
    """Choose the arm for a unit; without a unit the champion. Where nothing serves: the route's default, or None."""
    if not route.arms:
        return route.default
    if unit is None:
        return route.champion
    return route.arms[fall(route.salt, unit, [arm.weight for arm in route.arms])]


def fall(salt: str, unit: str, weights: Sequence[float]) -> int:
    """Say on which of the segments that lie one behind another a unit falls, counted from 0."""
    place = point(salt, unit)
    return next((index for index, end in enumerate(accumulate(weights)) if place < end), len(weights) - 1)


def point(salt: str, unit: str) -> float:
    """Give the place of a unit, from 0 up to 1."""
    return int.from_bytes(sha256(_written(f"{salt}:{unit}")).digest()[:8]) / 2**64


@lru_cache(maxsize=4096)
def _fresh(chosen: _Chosen, revision: int, reason: str) -> Resolution:
    """Give one and the same object to all units of an arm: making it would cost more than all the rest."""
    return _resolution(chosen, revision, reason, 0.0)


def _resolution(chosen: _Chosen, revision: int, reason: str, stale_seconds: float) -> Resolution:
    version_id, label, artifact, uri = chosen
    return Resolution.model_construct(
        version_id=version_id,
        label=label,
        artifact=artifact,
        uri=uri,
        revision=revision,
        stale_seconds=stale_seconds,
        reason=reason,
    )


def _reason(route: Route, stale_seconds: float) -> str:
    if route.default and not route.arms:
        return str(Reason.DEFAULT)
    return str(Reason.LAST_KNOWN if stale_seconds else Reason.ROUTE)


def _written(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        # Half a surrogate pair is no text; languages whose strings hold UTF-16 write U+FFFD in its place.
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
