"""Where the labels of examples are doubted: the trainer works out when asked what is kept and judged here."""

from collections.abc import Sequence

from chassis import pages
from chassis.database import EVERY_TENANT, Transaction
from chassis.known_tasks import KnownTasks
from contracts.api.assessment import (
    SUSPECT_QUALITY,
    AssessableRow,
    AssessedLabel,
    Assessment,
    AssessmentClaim,
    AssessmentHeard,
    AssessmentStatus,
)
from contracts.api.example import ExampleStatus
from contracts.api.page import Page
from contracts.commands.assessments import CollectAssessable, TellAssessment
from contracts.errors import InvalidInput, NotAllowed, UnknownTask
from contracts.events.assessments import ExamplesAssessed
from contracts.events.learning import ExamplesReviewed
from feedback.examples import judging
from feedback.examples.thresholds import Thresholds
from feedback.store import assessments as store
from feedback.store import judgments
from feedback.store.assessments import Found, Rules

_LEASE_S = 30.0
_MOST_TRIES = 5
_LABELLING = "classification"
_UNFIT = "Only the labels of texts can be assessed, which are those of classification tasks."
_LOST = "The trainer was lost over it again and again."
_THE_CLOCK = "the clock"
_POLICY = "policy"
_RULES = Rules()


async def ask(tx: Transaction, kind: str, task: str) -> Assessment:
    """Have a task assessed soon, unless that is under way; raises `InvalidInput` where there are no labels of texts."""
    if kind != _LABELLING:
        raise InvalidInput.at("task", f"is of kind {kind}. {_UNFIT}")
    await store.queue(tx, tx.tenant, task, tx.cause.actor)
    return await find(tx, task)


async def find(tx: Transaction, task: str) -> Assessment:
    """Give the last or the running assessment of a task."""
    return await store.find(tx, task) or Assessment(task=task, status=AssessmentStatus.NONE)


async def claim(tx: Transaction, known_tasks: KnownTasks) -> AssessmentClaim:
    """Give a trainer what was asked for, is due, or was abandoned, in whichever tenant; raises `NotAllowed`."""
    if tx.tenant != EVERY_TENANT:
        raise NotAllowed("Assessments are handed out across tenants.")
    changed = await store.unassessed(tx)
    for tenant, task in await store.due(tx, changed, _RULES) if changed else ():
        await _queue(tx, known_tasks, tenant, task)
    await store.give_up(tx, _MOST_TRIES, _LOST)
    return AssessmentClaim(work=await store.claim(tx, _LEASE_S, _MOST_TRIES))


async def collect(tx: Transaction, asked: CollectAssessable) -> Page[AssessableRow]:
    """Give examples whose labels can be assessed, newest first."""
    found = await judgments.assessable(
        tx, asked.task, before=pages.uuid(asked.before), limit=asked.limit + 1, most_bytes=pages.MOST_BYTES
    )
    rows = [AssessableRow.model_validate(dict(row)) if row["text"] is not None else None for row in found]
    return pages.cut(rows, asked.limit, lambda row: row.id)


async def hear(tx: Transaction, told: TellAssessment, thresholds: Thresholds) -> AssessmentHeard:
    """Keep what an assessment found, unless a newer one began; judge these examples anew, and approve what policy lets.

    Quality that falls takes no approval back: such examples are listed for people to look at.
    """
    threshold = await _threshold(tx, told.task, thresholds) if told.assessed else None
    if not await store.hold(tx, told, _LEASE_S, Found()):
        return AssessmentHeard(goes_on=False)
    if told.assessed:
        await judgments.lock(tx, [each.id for each in told.assessed])
        ids = await judgments.note(tx, told.task, told.assessed)
        await judging.rejudge(tx, told.task, ids)
        approved = await _approve(tx, told.task, ids, threshold)
        await store.hold(tx, told, _LEASE_S, Found(_known(told.assessed, ids), approved))
    if told.ended:
        await _end(tx, told)
    return AssessmentHeard(goes_on=not told.ended)


async def _queue(tx: Transaction, known_tasks: KnownTasks, tenant: str, task: str) -> None:
    try:
        kind = (await known_tasks.get(tenant, task)).kind
    except UnknownTask:
        kind = ""
    if kind == _LABELLING:
        await store.queue(tx, tenant, task, _THE_CLOCK)
    else:
        await store.rule_out(tx, tenant, task, _UNFIT)


def _known(assessed: Sequence[AssessedLabel], ids: Sequence[str]) -> int:
    """Count those that got a probability."""
    kept = set(ids)
    return sum(each.p is not None and each.id in kept for each in assessed)


async def _threshold(tx: Transaction, task: str, thresholds: Thresholds) -> float | None:
    """Ask before anything is locked: who stores and who reviews would wait for the registry too."""
    return (await thresholds.of([(tx.tenant, task)]))[tx.tenant, task]


async def _approve(tx: Transaction, task: str, ids: Sequence[str], threshold: float | None) -> int:
    if threshold is None or not ids:
        return 0
    approved = await judgments.approve(tx, ids, threshold)
    if approved:
        tx.publish(ExamplesReviewed(task=task, status=ExampleStatus.APPROVED, count=len(approved), by=_POLICY))
    return len(approved)


async def _end(tx: Transaction, told: TellAssessment) -> None:
    ended = await store.end(tx, told, SUSPECT_QUALITY)
    if ended is None or told.failed:
        return
    tx.publish(
        ExamplesAssessed(
            task=told.task, number=told.number, examples=ended.examples, assessed=ended.assessed,
            approved=ended.approved, suspects=ended.suspects,
        )
    )  # fmt: skip
