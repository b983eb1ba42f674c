"""Where the test vectors of docs/assignment.md are made, from the code that they hold other languages to."""

import json
import math
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from contracts import routing
from contracts.api.route import Arm, Route

SALTS = ("", "salt", "5f2c9a1be0d37f64", "salt:with:colons", "sälze-✓")
UNITS = (
    "",
    " ",
    "0",
    "7",
    "007",
    "user-1",
    "User-1",
    "user-1 ",
    "ada@example.com",
    "018f3f5e-7c1d-7a6b-9d0e-2f6f1f0c5a11",
    "a:b",
    "line\nbreak\tand\x00zero",
    "\u00e9t\u00e9",
    "e\u0301te\u0301",
    "Grüße",
    "ユーザー",
    "مستخدم",
    "👩🏽‍🚀",
    "🇩🇪",
    "half a pair \ud83d",
    "x" * 1_000,
    "👋" * 200,
)
_AMONG = 30
_ABOUT = "Which version a unit gets; docs/assignment.md has the rules. Written by make docs."


def page() -> str:
    """Write the file of test vectors."""
    points, routes = _lines(_points()), _lines(_told(route, units) for route, units in _routes())
    return f'{{"about": {json.dumps(_ABOUT)},\n"points": [\n{points}\n],\n"routes": [\n{routes}\n]}}\n'


def _lines(entries: Iterable[dict[str, Any]]) -> str:
    return ",\n".join(map(json.dumps, entries))


def _points() -> Iterator[dict[str, Any]]:
    for salt in SALTS:
        for unit in UNITS:
            yield {"salt": salt, "unit": unit, "bytes": _bytes(salt, unit), "point": routing.point(salt, unit)}


def _bytes(salt: str, unit: str) -> str:
    """Hash by itself what the code hashes; in UTF-16 only half a pair is left to replace."""
    text = f"{salt}:{unit}".encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return sha256(text.encode()).hexdigest()[:16]


def _routes() -> Iterator[tuple[Route, Sequence[str | None]]]:
    several = (None, *UNITS[:-2], *(f"unit-{number}" for number in range(_AMONG)))
    yield _route(("a", 1.0)), several
    yield _route(("a", 0.9), ("b", 0.1)), several
    yield _route(("b", 0.05), ("a", 0.45), ("b", 0.05), ("c", 0.45), champion="a"), several
    yield _route(*((f"v{number}", 0.1) for number in range(10)), champion="v9"), several
    yield _route(("a", 0.2), ("b", 0.4), ("c", 0.4), champion="gone"), several
    yield _route(("a", 1e-12), ("b", 0.5)), several
    yield _route(), several[:3]
    yield _route(default="d"), several[:3]
    for unit in UNITS[5:9]:
        yield from _edges(unit)
    yield from _orders()


def _edges(unit: str) -> Iterator[tuple[Route, Sequence[str]]]:
    """End the first arm on the very point of a unit, and on the doubles next to it."""
    place = routing.point("salt", unit)
    for end in (math.nextafter(place, 0), place, math.nextafter(place, 1)):
        yield _route(("a", end), ("b", 1 - end)), (unit,)


def _orders() -> Iterator[tuple[Route, Sequence[str]]]:
    """End the third arm on the point of a unit, only if weights are added from left to right."""
    draw = random.Random(4)
    for unit in UNITS[9:13]:
        place = routing.point("salt", unit)
        while True:
            first, second = sorted((draw.uniform(0, place), draw.uniform(0, place)))
            weights = (first, second - first, place - second)
            if sum_from_left(weights) == place != weights[0] + (weights[1] + weights[2]):
                break
        yield _route(*zip("abc", weights, strict=True), ("d", 1 - place)), (unit,)


def sum_from_left(weights: Iterable[float]) -> float:
    """Add plainly: `sum` compensates in later Pythons."""
    total = 0.0
    for weight in weights:
        total += weight
    return total


def _route(*arms: tuple[str, float], champion: str | None = None, default: str | None = None) -> Route:
    return Route(
        task="tickets",
        kind="classification",
        revision=1,
        phase="serving",
        arms=tuple(_arm(*each) for each in arms),
        salt="salt",
        since=datetime(2026, 1, 1, tzinfo=UTC),
        champion_version_id=champion,
        default=_arm(default, 1.0) if default else None,
    )


def _arm(version_id: str, weight: float) -> Arm:
    return Arm(version_id=version_id, label="1.0.0", artifact="", weight=weight)


def _told(route: Route, units: Iterable[str | None]) -> dict[str, Any]:
    arms = [_told_arm(arm) for arm in route.arms]
    default = _told_arm(route.default) if route.default else None
    told = {"salt": route.salt, "arms": arms, "champion_version_id": route.champion_version_id, "default": default}
    return told | {"units": [_expected(route, unit) for unit in units]}


def _told_arm(arm: Arm) -> dict[str, Any]:
    return {"version_id": arm.version_id, "weight": arm.weight}


def _expected(route: Route, unit: str | None) -> dict[str, str | None]:
    chosen = routing.choose(route, unit)
    return {"unit": unit, "version_id": chosen.version_id if chosen else None}
