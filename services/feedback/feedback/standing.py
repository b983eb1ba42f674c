"""Where it is worked out what stands of the opinions about an answer, from all that are stored, in whatever order.

Opinions of one group (the same answer, operation, metric and source) are one opinion that was revised: each thing that
it says is taken from the latest that says it, by the time at which it was given, then by key. What stands counts once,
at the time of the latest opinion that it is made of. An opinion that came too late after its answer stands aside.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.api.feedback import FeedbackVerdict, Operation
from feedback.store.opinions import Opinion

Id = tuple[str, str]
"""Tenant and key of an opinion."""

_Group = tuple[str, ...]
_COUNTED = ("verdict", "score", "used", "helpful", "value")
_CORRECTION = "correction"
_COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Change:
    """What new opinions change: what counts, with 1 and -1, and all opinions concerned, before and after."""

    counted: Sequence[tuple[Opinion, int]]
    before: Sequence[Opinion]
    after: Sequence[Opinion]

    @property
    def turned(self) -> Mapping[Id, bool]:
        """Give the opinions that are superseded now and were not before, or the other way round."""
        before = {id_of(each) for each in self.before if each.superseded}
        after = {id_of(each) for each in self.after if each.superseded}
        return {id: id in after for id in sorted(before ^ after)}


def change(earlier: Iterable[Opinion], attached: Sequence[Opinion], told: Sequence[Opinion]) -> Change:
    """Work out what changes as opinions are told, and attached that waited, beside earlier ones about the same."""
    waited = {id_of(each) for each in attached}
    others = [each for each in earlier if id_of(each) not in waited]
    before = _groups((*others, *(each.detached for each in attached)))
    after = _groups((*others, *attached, *told))
    changed = [group for group in {**before, **after} if before.get(group) != after.get(group)]
    counted = [(each, -1) for group in changed for each in _merged(before.get(group, ()))]
    counted += [(each, 1) for group in changed for each in _merged(after.get(group, ()))]
    settled = [each for group in after.values() for each in _settled(group)]
    return Change(counted, [each for group in before.values() for each in group], settled)


def merge(opinions: Iterable[Opinion]) -> list[Opinion]:
    """Give what stands, one opinion of each group; what came too late stands aside."""
    return [each for group in _groups(opinions).values() for each in _merged(group)]


def successors(opinions: Iterable[Opinion]) -> Mapping[Id, Opinion]:
    """Give, for each opinion that is superseded, the latest of those that say now what it said."""
    found: dict[Id, Opinion] = {}
    for group in _groups(opinions).values():
        latest = _latest(group)
        holding = {id_of(each) for each in latest.values()}
        gone = (each for each in group if id_of(each) not in holding)
        found |= {id_of(each): max((latest[facet] for facet in _facets(each)), key=_at) for each in gone}
    return found


def outdated(opinions: Iterable[Opinion]) -> Mapping[Id, Opinion]:
    """Give each correction that was replaced or taken back, with the opinion that did so, be it a late one."""
    groups: dict[_Group, list[Opinion]] = {}
    for each in opinions:
        groups.setdefault(_about(each), []).append(each)
    several = [(group, _latest(group).get(_CORRECTION)) for group in groups.values() if len(group) > 1]
    return {
        id_of(each): last
        for group, last in several
        for each in group
        if last and each.correction is not None and id_of(each) != id_of(last)
    }


def id_of(opinion: Opinion) -> Id:
    """Give what an opinion is found by."""
    return opinion.tenant, opinion.key


def _groups(opinions: Iterable[Opinion]) -> dict[_Group, list[Opinion]]:
    groups: dict[_Group, list[Opinion]] = {}
    for each in opinions:
        groups.setdefault((*_about(each), "late" if each.late else ""), []).append(each)
    return groups


def _about(opinion: Opinion) -> _Group:
    alone = opinion.alone or opinion.inference_id is None
    about = (opinion.tenant, opinion.task, opinion.inference_id or "", opinion.key if alone else "")
    return (*about, opinion.operation, opinion.metric or "", opinion.source)


def _merged(group: Sequence[Opinion]) -> Sequence[Opinion]:
    if not group or group[0].late:
        return ()
    if len(group) == 1:
        return group
    latest = _latest(group)
    counting = [each for facet, each in latest.items() if facet != _COMMENT]
    last = max(counting or group, key=_at)
    said = {facet: getattr(latest[facet], facet) if facet in latest else None for facet in _COUNTED}
    label = latest[_CORRECTION].label if _CORRECTION in latest else None
    return [last._replace(**said, label=label, input=None, correction=None, comment=None, by=None)]


def _settled(group: Sequence[Opinion]) -> Sequence[Opinion]:
    """Mark which opinions are superseded: all that they say was said again later."""
    if len(group) == 1 and not group[0].superseded:
        return group
    holding = {id_of(each) for each in _latest(group).values()}
    return [each._replace(superseded=id_of(each) not in holding) for each in group]


def _latest(group: Iterable[Opinion]) -> dict[str, Opinion]:
    """Give, for each facet, the latest opinion that says it."""
    return {facet: each for each in sorted(group, key=_at) for facet in _facets(each)}


def _facets(opinion: Opinion) -> Sequence[str]:
    """Give what an opinion says; that an answer was classified rightly says as well that it needs no correction."""
    said = [facet for facet in (*_COUNTED, _CORRECTION, _COMMENT) if getattr(opinion, facet) is not None]
    confirms = opinion.operation == Operation.CLASSIFICATION and opinion.verdict == FeedbackVerdict.POSITIVE
    if confirms and opinion.correction is None:
        said.append(_CORRECTION)
    return said or [_COMMENT]


def _at(opinion: Opinion) -> tuple[datetime, str]:
    return opinion.occurred_at, opinion.key
