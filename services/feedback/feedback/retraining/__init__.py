"""Where training is asked for: policies are set, checked again and again, and every check leaves a decision."""

import asyncio
from datetime import timedelta

import orjson
from nats.errors import Error as NatsError

from chassis import pages
from chassis.database import EVERY_TENANT, Transaction
from chassis.faults import FAILURES
from chassis.known_tasks import KnownTasks
from chassis.logging import log
from chassis.service import Parts
from contracts.api.page import Page
from contracts.api.retraining import RetrainDecision, RetrainPolicy
from contracts.commands.retraining import ListRetrainDecisions
from contracts.errors import DomainError, UnknownTask
from contracts.events.learning import RetrainEvaluated
from contracts.events.training import TrainingRequested
from contracts.ids import new_id
from feedback import policies
from feedback.retraining import gathering
from feedback.retraining.housekeeping import THE_CLOCK, Housekeeping
from feedback.settings import Settings
from feedback.store import policies as store

_UNSET = RetrainPolicy(enabled=False)
_LOOKS_PER_INTERVAL = 4
_DRIFT_EVERY = timedelta(minutes=15)
"""A check by the clock takes what was measured lately: the days that are compared change slowly."""


async def watch(parts: Parts, settings: Settings) -> None:
    """Check each policy once in an interval, whatever the number of replicas, until cancelled."""
    every, keeping = timedelta(seconds=settings.retrain_check_s), Housekeeping(settings)
    while True:
        await asyncio.sleep(settings.retrain_check_s / _LOOKS_PER_INTERVAL)
        try:
            while await _check_next(parts, every):
                pass
            await keeping.keep(parts.database)
        except (*FAILURES, NatsError) as lost:
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
    drift_every = _DRIFT_EVERY if asked_by == THE_CLOCK else timedelta(0)
    evidence = await gathering.evidence(tx, tenant, task, policy, drift_every=drift_every)
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


async def _check_next(parts: Parts, every: timedelta) -> bool:
    async with parts.database.transaction(EVERY_TENANT) as tx:
        due = await store.claim_due(tx, every)
        if due is not None:
            await _check_due(tx, *due, parts.known_tasks)
    return due is not None


async def _check_due(tx: Transaction, tenant: str, task: str, known_tasks: KnownTasks) -> None:
    """Check a policy; one whose task was deleted is removed, one whose task nobody can tell of now is checked."""
    try:
        await known_tasks.get(tenant, task)
    except UnknownTask:
        await store.remove(tx, tenant, task)
        return
    except DomainError as silence:
        log().warning("retraining.task_not_known", tenant=tenant, task=task, reason=silence.detail)
    await check(tx, tenant, task, asked_by=THE_CLOCK)


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
