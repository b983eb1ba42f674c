"""Where rollouts are told as everybody sees them: where they are, what is known, and what is missing."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from chassis import pages
from chassis.database import Transaction
from contracts.api.page import Page
from contracts.api.performance import Restatement
from contracts.api.rollout import Rollout
from contracts.commands.rollouts import ListRollouts
from registry.decisions.trials import evidence
from registry.rollouts import looks
from registry.store import phase_lists, rollout_entries, rollouts, versions
from registry.store.phases import Phase
from registry.store.rollouts import Row, Wanted


async def tell(tx: Transaction, row: Row) -> Rollout:
    """Tell one rollout with its history."""
    (told,) = await _tell_all(tx, [row])
    return told.model_copy(update={"history": tuple(await rollout_entries.list_(tx, row.id))})


async def list_(tx: Transaction, asked: ListRollouts) -> Page[Rollout]:
    wanted = Wanted(asked.task, asked.status, pages.uuid(asked.cursor), asked.limit + 1)
    told = await _tell_all(tx, await rollouts.list_(tx, wanted))
    return pages.cut(told, asked.limit, lambda rollout: rollout.id)


async def _tell_all(tx: Transaction, rows: Sequence[Row]) -> list[Rollout]:
    latest = await phase_lists.list_latest(tx, [row.id for row in rows])
    named = {version_id for row in rows for version_id in (row.version_id, row.baseline_id)}
    named |= {version_id for phase in latest.values() for version_id in phase.versions}
    labels = {id: version.label for id, version in (await versions.find_all(tx, list(named))).items()}
    return [_told(row, latest.get(row.id), labels) for row in rows]


def _told(row: Row, phase: Phase | None, labels: Mapping[str, str]) -> Rollout:
    over = row.step_since + timedelta(seconds=row.interval_s)
    is_timed = row.ended_at is None and not row.is_canary and row.following is not None
    same = ("id", "task", "version_id", "status", "is_canary", "steps", "step", "interval_s", "terms", "attempt")
    later = ("verdict", "reasons", "missing", "step_since", "started_by", "created_at", "ended_at", "revision")
    return Rollout(
        **{name: getattr(row, name) for name in (*same, *later)},
        **(_known(row, phase, labels) if phase else {}),
        baseline_version_id=row.baseline_id,
        traffic_percent=row.traffic_percent,
        phase_id=phase.id if phase else None,
        next_step_at=over if is_timed else None,
        restated=Restatement.model_validate(row.restated) if row.restated else None,
    )


def _known(row: Row, phase: Phase, labels: Mapping[str, str]) -> dict[str, Any]:
    control, candidate = looks.arms(phase)
    told = evidence.told(looks.plan_of(row.terms, row.steps), control, [candidate], labels)
    # An experiment can leave the champion without units; shares of nothing cannot be checked.
    return {"arms": told, "srm": evidence.ratio((control, candidate)) if control.share else None}
