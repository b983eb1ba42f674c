"""Where the evidence for a check is gathered."""

from datetime import UTC, datetime, timedelta

from chassis.database import Transaction
from contracts.api.drift import DriftPolicy
from contracts.api.retraining import RetrainPolicy
from feedback.policies import Evidence
from feedback.retraining import drifting
from feedback.retraining.drifting import Looked
from feedback.store import examples, measures, trainings
from feedback.store import policies as store

_EVEN_IF_NOT_WATCHED = DriftPolicy()
"""Drift is on record though nothing depends on it, so that a policy that watches it can be replayed."""


async def evidence(
    tx: Transaction, tenant: str, task: str, policy: RetrainPolicy, *, drift_every: timedelta
) -> Evidence:
    """Gather what is known about a task now; drift may have been measured so long ago."""
    at = datetime.now(UTC)
    known = await trainings.find(tx, tenant, task)
    champion = await trainings.find_champion(tx, tenant, task)
    serving, since = (champion.version_id, champion.since) if champion else (None, None)
    judged, right = await measures.judged_since(tx, tenant, task, serving, since) if serving and since else (0, 0)
    watched = policy.drift or _EVEN_IF_NOT_WATCHED
    looked = Looked(tenant, task, known.completed_at, serving, since, policy.min_sample, watched)
    return Evidence(
        at=at,
        champion=serving,
        champion_since=since,
        judged=judged,
        right=right,
        new_examples=await examples.count_approved_since(tx, tenant, task, known.cut_off),
        cut_off=known.cut_off,
        trained_at=known.completed_at,
        queued_at=known.queued_at,
        requested_at=await store.last_fired(tx, tenant, task),
        running_job=known.running_job,
        drift=await drifting.measure(tx, looked, at, every=drift_every),
    )
