"""Where tests count what stands of opinions in the plainest way, from all that happened."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

Said = dict[str, Any]
FACETS = ("verdict", "score", "used", "helpful", "value", "comment")


def stand(said: Sequence[Said], served: dict[str, Said], window: timedelta) -> list[Said]:
    """Give what stands, with what each opinion is about, and until when it counts."""
    return [_revised(group) for group in _groups(said, served, window) if not group[0]["late"]]


def count_aside(said: Sequence[Said], served: dict[str, Said], window: timedelta) -> dict[str, int]:
    """Count the opinions that came too late, and those that were said again."""
    groups = _groups(said, served, window)
    return {
        "late": sum(each["late"] for group in groups for each in group),
        "superseded": sum(
            all(any(facet in _facets(other) for other in group[place + 1 :]) for facet in _facets(each))
            for group in groups
            for place, each in enumerate(group)
        ),
    }


def _groups(said: Sequence[Said], served: dict[str, Said], window: timedelta) -> list[list[Said]]:
    groups = defaultdict[Any, list[Said]](list)
    for each in said:
        about = each.get("inference_id")
        answer = served.get(about or "")
        late = answer is not None and _at(each) - _at(answer) > window
        told = each | {"about": answer, "late": late, "parked": about is not None and answer is None}
        operation, source = each.get("operation", "classification"), each.get("source", "user")
        groups[about or each["key"], about is None, operation, each.get("metric"), source, late].append(told)
    return [sorted(group, key=lambda each: (_at(each), each["key"])) for group in groups.values()]


def _revised(group: Sequence[Said]) -> Said:
    revised = {name: group[-1][name] for name in ("about", "parked")}
    revised["operation"] = group[-1].get("operation", "classification")
    for each in group:
        revised |= {facet: each[facet] for facet in FACETS if facet in each}
        if "correction" in _facets(each):
            revised["correction"] = each.get("correction")
    counted = [each for each in group if set(_facets(each)) - {"comment"}] or group
    return revised | {"at": _at(counted[-1])}


def _facets(said: Said) -> list[str]:
    found = [facet for facet in (*FACETS, "correction") if facet in said]
    if said.get("verdict") == "positive" and said.get("operation", "classification") == "classification":
        found.append("correction")
    return found


def _at(happened: Said) -> datetime:
    return datetime.fromisoformat(happened["occurred_at"])
