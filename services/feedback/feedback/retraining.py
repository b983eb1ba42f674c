"""Where training is asked for: policies are set, checked again and again, and every check leaves a decision."""

import asyncio
from datetime import UTC, datetime, timedelta

import orjson
from nats.errors import Error as NatsError

from chassis import pages
from chassis.database import EVERY_TENANT, Database, Transaction
from chassis.faults import UNREACHABLE
from chassis.logging import log
from contracts.api.page import Page
from contracts.api.retraining import RetrainDecision, RetrainPolicy
from contracts.commands.retraining import ListRetrainDecisions
from contracts.events.learning import RetrainEvaluated
from contracts.events.training import TrainingRequested
from contracts.ids import new_id
from feedback import policies
from feedback.policies import Evidence
from feedback.store import examples, measures, trainings
from feedback.store import policies as store

_UNSET = RetrainPolicy(enabled=False)
_LOOKS_PER_INTERVAL = 4
_THE_CLOCK = "the clock"


async def watch(database: Database, every_s: float) -> None:
    """Check each policy once in an interval, whatever the number of replicas, until cancelled."""
    while True:
        await asyncio.sleep(every_s / _LOOKS_PER_INTERVAL)
        try:
            while await _check_next(database, timedelta(seconds=every_s)):
                pass
        except (*UNREACHABLE, NatsError) as lost:
            log().warning("retraining.delayed", reason=str(lost) or type(lost).__name__)


async def find_policy(tx: Transaction, task: str) -> RetrainPolicy:
    """Give the policy of a task; where none was set, the default, switched off."""
    return await store.find(tx, tx.tenant, task) or _UNSET


async def set_policy(tx: Transaction, task: str, policy: RetrainPolicy) -> RetrainPolicy:
    """Set the policy of a task."""
    await store.set_(tx, task, policy)
    return policy


async def list_decisions(tx: Transaction, asked: ListRetrainDecisions) -> Page[RetrainDecision]:
    """Give the decisions of a task, newest first."""
    found = await store.list_decisions(tx, asked.task, before=pages.uuid(asked.cursor), limit=asked.limit + 1)
    return pages.cut(found, asked.limit, lambda decision: decision.id)


async def check(tx: Transaction, tenant: str, task: str, *, asked_by: str) -> RetrainDecision:
    """Decide whether to train a task, store the decision, and ask for training if it says so."""
    await store.lock(tx, tenant, task)
    policy = await store.find(tx, tenant, task) or _UNSET
    evidence = await _evidence(tx, tenant, task)
    decided = policies.decide(policy, evidence)
    decision = RetrainDecision(
        id=new_id(),
        task=task,
        fired=decided.fired,
        reasons=decided.reasons,
        evidence=orjson.loads(orjson.dumps(evidence.summary(policy))),
        policy=policy.model_dump(mode="json"),
        asked_by=asked_by,
        at=evidence.at,
    )
    await store.insert_decision(tx, tenant, decision)
    _publish(tx, tenant, decision, policy)
    return decision


async def _check_next(database: Database, every: timedelta) -> bool:
    async with database.transaction(EVERY_TENANT) as tx:
        due = await store.claim_due(tx, every)
        if due is not None:
            await check(tx, *due, asked_by=_THE_CLOCK)
    return due is not None


async def _evidence(tx: Transaction, tenant: str, task: str) -> Evidence:
    known = await trainings.find(tx, tenant, task)
    champion = await trainings.find_champion(tx, tenant, task)
    judged, right = (
        await measures.judged_since(tx, tenant, task, champion.version_id, champion.since) if champion else (0, 0)
    )
    return Evidence(
        at=datetime.now(UTC),
        champion=champion.version_id if champion else None,
        champion_since=champion.since if champion else None,
        judged=judged,
        right=right,
        new_examples=await examples.count_approved_since(tx, tenant, task, known.cut_off),
        trained_at=known.completed_at,
        queued_at=known.queued_at,
        requested_at=await store.last_fired(tx, tenant, task),
        running_job=known.running_job,
    )


def _publish(tx: Transaction, tenant: str, decision: RetrainDecision, policy: RetrainPolicy) -> None:
    checked = RetrainEvaluated(
        task=decision.task, decision_id=decision.id, fired=decision.fired, reasons=decision.reasons
    )
    tx.publish(checked, tenant=tenant)
    if decision.fired:
        requested = TrainingRequested(
            task=decision.task,
            decision_id=decision.id,
            reason=" ".join(decision.reasons),
            auto_release=policy.auto_release,
        )
        tx.publish(requested, tenant=tenant)
