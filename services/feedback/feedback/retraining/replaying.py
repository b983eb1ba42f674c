"""Where it is answered what another policy would have done over the stored decisions."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import NamedTuple

from chassis.database import Transaction
from contracts.api.drift import MeasuredDrift
from contracts.api.retraining import ReplayedRequest, ReplayStretch, RetrainReplay, RetrainReplayTerms
from contracts.errors import InvalidInput
from feedback.policies import Evidence, replaying
from feedback.policies.replaying import Check, Replayed
from feedback.store import decisions, trainings
from feedback.store.decisions import Checked

_USUALLY = timedelta(days=30)
_MOST_CHECKS = 100_000
_MOST_TOLD = 1_000
_STRETCHES = 60
_ASSUMPTIONS = (
    "Until it first decides otherwise than was decided, the policy meets exactly what was known then.",
    "From then on its own trainings begin the age, the cooldown and the counts of examples and opinions anew.",
    "Trainings that no policy asked for happen as they did; those that only the real policy asked for do not happen.",
    "Accuracy stays that of the versions that really served: what other versions would have answered is not known.",
    "Drift that led to a training of the replay counts again after the next training that really happened.",
    "Drift is taken as it was measured then, over the window and the fields of the policy of that time.",
)


class _Seen(NamedTuple):
    at: datetime
    really: bool
    fired: bool
    reasons: tuple[str, ...]
    accuracy: float | None
    new_examples: int


@dataclass(frozen=True, slots=True)
class _Past:
    task: str
    since: datetime
    until: datetime
    rows: Sequence[Checked]
    drifts: Mapping[str, MeasuredDrift]
    takes: timedelta


async def replay(tx: Transaction, task: str, terms: RetrainReplayTerms) -> RetrainReplay:
    """Replay a policy over the checks of a time; raises `InvalidInput` where the time ends before it begins."""
    until = terms.until or datetime.now(UTC)
    since = terms.since or _before(until)
    if since >= until:
        raise InvalidInput.at("from", "must lie before the end of the time")
    rows = await decisions.newest_between(tx, task, since, until, most=_MOST_CHECKS + 1)
    drifts = await decisions.drifts_between(tx, task, rows[-1].at, until) if rows else {}
    past = _Past(task, since, until, rows, drifts, await trainings.usual_length(tx, task))
    return await asyncio.to_thread(_replay, past, terms)


def _before(until: datetime) -> datetime:
    try:
        return until - _USUALLY
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def _replay(past: _Past, terms: RetrainReplayTerms) -> RetrainReplay:
    newest = list(islice(_unfolded(past), _MOST_CHECKS + 1))
    complete = len(newest) <= _MOST_CHECKS
    checks = newest[:_MOST_CHECKS][::-1]
    seen = [_seen(each) for each in replaying.replay(terms, checks, past.takes)]
    fired, really = [each for each in seen if each.fired], [each.at for each in seen if each.really]
    return RetrainReplay(
        task=past.task,
        since=past.since if complete else seen[0].at,
        until=past.until,
        complete=complete,
        checks=len(seen),
        fired=len(fired),
        really_fired=len(really),
        requests=tuple(map(_request, fired[:_MOST_TOLD])),
        really=tuple(really[:_MOST_TOLD]),
        timeline=tuple(_timeline(seen)),
        last_reasons=seen[-1].reasons if seen else (),
        assumptions=_ASSUMPTIONS,
    )


def _unfolded(past: _Past) -> Iterator[Check]:
    """Give all checks, newest first; those that were folded were made at even distances."""
    for row in past.rows:
        drift = past.drifts.get(row.drift_measured_at) if row.drift_measured_at else None
        step = (row.last_at - row.at) / max(row.checks - 1, 1)
        for number in reversed(range(row.checks)):
            yield Check(Evidence(row.at + number * step, *row[4:14], drift), row.fired)


def _seen(replayed: Replayed) -> _Seen:
    known, decision = replayed.known, replayed.decision
    return _Seen(known.at, replayed.check.fired, decision.fired, decision.reasons, known.accuracy, known.new_examples)


def _request(seen: _Seen) -> ReplayedRequest:
    return ReplayedRequest(at=seen.at, really=seen.really, reasons=seen.reasons)


def _timeline(seen: Sequence[_Seen]) -> Iterable[ReplayStretch]:
    """Cut the time from the first check to the last into equal stretches, and leave out those without any."""
    if not seen:
        return
    begin, length = seen[0].at, (seen[-1].at - seen[0].at) / _STRETCHES
    stretches: dict[int, list[_Seen]] = {}
    for each in seen:
        number = min(int((each.at - begin) / length), _STRETCHES - 1) if length else 0
        stretches.setdefault(number, []).append(each)
    for number, within in stretches.items():
        yield ReplayStretch(
            at=begin + number * length,
            checks=len(within),
            fired=sum(each.fired for each in within),
            really_fired=sum(each.really for each in within),
            accuracy=within[-1].accuracy,
            new_examples=within[-1].new_examples,
        )
