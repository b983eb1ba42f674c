"""Where a unit is assigned to a version: a pure function, so that every language and service can agree on the answer.

The point of a unit is the first 8 bytes, big endian, of SHA-256 over ``<salt>:<unit>`` in UTF-8, divided by 2**64: a
number from 0 up to 1. The arms lie one behind another in the order of the route, each as long as its weight; the unit
gets the arm that its point falls on. The salt stays the same while only weights change, so that assignment is sticky.
"""

from hashlib import sha256
from itertools import accumulate

from contracts.api.route import Arm, Route


def point(salt: str, unit: str) -> float:
    """Give the place of a unit, from 0 up to 1."""
    return int.from_bytes(sha256(f"{salt}:{unit}".encode()).digest()[:8]) / 2**64


def choose(route: Route, unit: str | None) -> Arm | None:
    """Choose the arm for a unit; without a unit the champion, and None where nothing serves."""
    if unit is None or not route.arms:
        return route.champion
    place = point(route.salt, unit)
    ends = accumulate(arm.weight for arm in route.arms)
    return next((arm for arm, end in zip(route.arms, ends, strict=True) if place < end), route.arms[-1])
