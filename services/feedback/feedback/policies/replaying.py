"""Where a policy is replayed over the evidence of past checks: what it would have asked for, and when.

As long as the replayed policy decides as was decided, the evidence is taken as it stands. From the first difference on
the world would have gone another way, of which this much is known: its own trainings begin the cooldown, the age and
the counts anew, and trainings that no policy asked for happened all the same.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from contracts.api.retraining import RetrainPolicy
from feedback import policies
from feedback.policies.evidence import Evidence

_ANSWERED = timedelta(minutes=10)
"""A job that is queued so soon after a request is taken to be the answer to it."""


class Check(NamedTuple):
    """A check that was made: what was known, and whether training was asked for."""

    evidence: Evidence
    fired: bool


class Replayed(NamedTuple):
    """A check that was made, and what would have been decided."""

    check: Check
    known: Evidence
    decision: policies.Decision


@dataclass(frozen=True, slots=True)
class _Training:
    """The last training in the world of the replay, and what had been counted when it was asked for."""

    asked_at: datetime | None
    trained_at: datetime | None
    examples: int
    champion: str | None = None
    judged: int = 0
    right: int = 0
    reference: object = None


@dataclass(slots=True)
class _World:
    """What has been seen so far; ``training`` is None as long as nothing differs from what happened."""

    takes: timedelta
    training: _Training | None = None
    examples: int = 0
    before: Evidence | None = None
    asked: list[datetime] = field(default_factory=list[datetime])
    counted: tuple[list[datetime], list[int]] = field(default_factory=lambda: ([], []))


def replay(policy: RetrainPolicy, checks: Iterable[Check], takes: timedelta) -> Iterator[Replayed]:
    """Replay a policy over checks, oldest first, as if it were switched on; a training takes so long."""
    on = policy.model_copy(update={"enabled": True})
    world = _World(takes)
    for check in checks:
        _see(world, check)
        known = _known(world, check.evidence)
        decision = policies.decide(on, known)
        yield Replayed(check, known, decision)
        _go_on(world, check, known, fired=decision.fired)


def _see(world: _World, check: Check) -> None:
    """Count examples over all trainings, and notice a training that the replayed policy cannot have prevented."""
    now, before = check.evidence, world.before
    if before is None or now.cut_off == before.cut_off:
        world.examples += now.new_examples - (before.new_examples if before else 0)
    else:
        world.examples = max(world.examples, _examples_at(world, now.cut_off) + now.new_examples)
    times, counts = world.counted
    times.append(now.at)
    counts.append(world.examples)
    if world.training and before and now.trained_at != before.trained_at and not _was_asked_for(world, now.cut_off):
        world.training = _as_it_was(world, now)
    world.before = now


def _examples_at(world: _World, moment: datetime | None) -> int:
    times, counts = world.counted
    place = bisect_right(times, moment) if moment else 0
    return counts[place - 1] if place else 0


def _was_asked_for(world: _World, queued: datetime | None) -> bool:
    return queued is not None and any(asked <= queued <= asked + _ANSWERED for asked in world.asked)


def _as_it_was(world: _World, now: Evidence) -> _Training:
    asked = max((each for each in (now.queued_at, now.requested_at) if each), default=None)
    return _Training(asked, now.trained_at, world.examples - now.new_examples)


def _known(world: _World, now: Evidence) -> Evidence:
    """Give what would be known in the world of the replay."""
    last = world.training
    if last is None:
        return now
    same = now.champion == last.champion and now.judged >= last.judged
    return replace(
        now,
        judged=now.judged - last.judged if same else now.judged,
        right=now.right - last.right if same else now.right,
        new_examples=max(0, world.examples - last.examples),
        trained_at=last.trained_at if last.trained_at and last.trained_at <= now.at else None,
        queued_at=last.asked_at,
        requested_at=last.asked_at,
        running_job=_running(world, now),
        drift=None if last.reference is not None and _reference(now) == last.reference else now.drift,
    )


def _running(world: _World, now: Evidence) -> str | None:
    last = world.training
    if last and last.trained_at and last.trained_at > now.at:
        return "of the replay"
    return None if _was_asked_for(world, now.queued_at) else now.running_job


def _reference(known: Evidence) -> object:
    """Give the days that drift is measured from: they begin elsewhere after a training."""
    sides = (known.drift.inputs, known.drift.outputs) if known.drift else ()
    return tuple(side.reference_from if side else None for side in sides)


def _go_on(world: _World, check: Check, known: Evidence, *, fired: bool) -> None:
    now = check.evidence
    if world.training is None and fired != check.fired:
        world.training = _as_it_was(world, now)
    if world.training is not None and fired:
        counted = (world.examples, now.champion, now.judged, now.right)
        world.training = _Training(now.at, now.at + world.takes, *counted, _reference(known))
    if check.fired:
        world.asked.append(now.at)
