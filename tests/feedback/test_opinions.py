"""Where it is tried that opinions that wait, come too late or were said again are kept and shown, and do not count."""

from collections.abc import Sequence
from typing import Any

import pytest

from chassis.database import Database
from contracts.api.feedback import Feedback, FeedbackStats
from contracts.api.feedback_policy import FeedbackPolicy
from contracts.api.metrics import Period
from contracts.commands.metrics import CountFeedback, GetMetrics, ListFeedback
from contracts.events.learning import ExamplesReviewed
from feedback import history, metrics
from feedback.store import feedback_policies, opinions
from tests.feedback import dividing
from tests.feedback.dividing import TENANTS, answer, minute, opinion

DAYS = 24 * 60
ASKED: dict[str, Any] = {"input": "where is my parcel", "output": "billing"}


@pytest.fixture
def tenant() -> str:
    return f"opinions-{next(TENANTS)}"


async def test_a_revised_opinion_counts_as_it_was_revised_and_its_history_is_shown(
    database: Database, tenant: str
) -> None:
    await dividing.report(database, tenant, answer("i1", "u1"), said("k1", 5, verdict="negative", used=True))
    await dividing.report(database, tenant, said("k3", 9, verdict="positive"), said("k2", 7, verdict="negative"))

    shown = await list_(database, tenant, inference_id="i1")

    assert [(each.key, each.standing, each.superseded_by) for each in reversed(shown)] == [
        ("k1", True, None),
        ("k3", True, None),
        ("k2", False, "k3"),
    ]
    found = await stats(database, tenant)
    assert (found.total, found.by, found.superseded) == (1, {"positive": 1}, 1)


async def test_opinions_of_different_people_about_no_answer_are_all_counted(database: Database, tenant: str) -> None:
    await dividing.report(database, tenant, *(said(key, 5, about=None, verdict="positive") for key in ("k1", "k2")))

    assert (await stats(database, tenant)).total == 2


async def test_what_comes_after_the_window_is_shown_and_counts_nowhere(database: Database, tenant: str) -> None:
    late, early = said("k1", 31 * DAYS, verdict="negative"), said("k2", -5, about="i2", verdict="positive")
    await dividing.report(database, tenant, answer("i1", "u1"), late, answer("i2", "u1"), early)

    shown, found = await list_(database, tenant, late=True), await stats(database, tenant)

    assert [(each.key, each.late, each.standing, each.version_id) for each in shown] == [
        ("k1", True, False, dividing.assigned("u1"))
    ]
    assert (found.total, found.by, found.late) == (1, {"positive": 1}, 1)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_the_window_is_the_tasks_own_and_ends_with_its_last_moment(
    database: Database, tenant: str, order: Sequence[int]
) -> None:
    await decide(database, tenant, days=0.5)
    told = [answer("i1", "u1", at=0), said("k1", DAYS / 2, used=True)]
    late = [answer("i2", "u1", at=0), said("k2", DAYS / 2 + 0.001, about="i2", used=True)]
    for number in order:
        await dividing.report(database, tenant, told[number], late[number])

    shown = await list_(database, tenant)

    assert {each.key: each.late for each in shown} == {"k1": False, "k2": True}


async def test_a_window_that_is_changed_changes_nothing_that_was_counted(database: Database, tenant: str) -> None:
    await dividing.report(database, tenant, answer("i1", "u1", at=0), said("k1", 5 * DAYS, verdict="negative"))
    await decide(database, tenant, days=1)

    await dividing.report(database, tenant, said("k2", 6 * DAYS, verdict="positive"), said("k3", 9, verdict="negative"))

    found = await stats(database, tenant)
    assert (found.by, found.late, found.superseded) == ({"negative": 1}, 1, 1)


async def test_what_waits_for_its_answer_is_listed_until_that_comes(database: Database, tenant: str) -> None:
    await dividing.report(database, tenant, said("k1", 5, verdict="positive"), said("k2", 5, about="i2", used=True))
    before = [each.key for each in await list_(database, tenant, parked=True)], (await stats(database, tenant)).parked

    await dividing.report(database, tenant, answer("i1", "u1"))

    after = [each.key for each in await list_(database, tenant, parked=True)], (await stats(database, tenant)).parked
    assert (before, after) == ((["k2", "k1"], 2), (["k2"], 1))
    assert not await list_(database, tenant, parked=True, late=True)


async def test_revisions_that_wait_are_one_opinion_that_waits(database: Database, tenant: str) -> None:
    await dividing.report(database, tenant, *(said(key, 5, verdict="negative", about="i2") for key in ("k1", "k2")))
    await dividing.report(database, tenant, said("k3", 5, about="i3", used=True))

    found = await stats(database, tenant)
    async with database.transaction(tenant) as tx:
        shown = (await metrics.of(tx, GetMetrics(task=dividing.TASK, period=Period.ALL))).metrics

    assert (found.total, found.parked, found.superseded) == (2, 2, 1) == (shown.feedback, shown.parked, 1)


async def test_what_was_said_again_too_late_stands_again_when_its_answer_comes(database: Database, tenant: str) -> None:
    told = [said("k1", 5, verdict="negative"), said("k2", 31 * DAYS, verdict="positive")]
    await dividing.report(database, tenant, *told)
    before = {each.key: each.superseded_by for each in await list_(database, tenant)}

    await dividing.report(database, tenant, answer("i1", "u1"))

    assert before == {"k1": "k2", "k2": None}
    assert {each.key: each.standing for each in await list_(database, tenant)} == {"k1": True, "k2": False}
    assert (await stats(database, tenant)).by == {"negative": 1}


async def test_a_key_that_comes_again_with_something_else_changes_nothing(database: Database, tenant: str) -> None:
    await dividing.report(database, tenant, answer("i1", "u1"), said("k1", 5, verdict="negative"))

    await dividing.report(database, tenant, said("k1", 9, verdict="positive"))

    assert (await stats(database, tenant)).by == {"negative": 1}


@pytest.mark.parametrize("order", [("k1", "k2"), ("k2", "k1")])
async def test_an_example_of_a_correction_that_was_replaced_leaves_the_review_queue(
    database: Database, tenant: str, order: Sequence[str]
) -> None:
    told = {"k1": said("k1", 5, correction="shipping"), "k2": said("k2", 9, correction="returns")}
    await dividing.report(database, tenant, answer("i1", "u1", **ASKED))
    for key in order:
        await dividing.report(database, tenant, told[key])

    found = await corrected(database, tenant)

    assert {key: each["status"] for key, each in found.items()} == {"k1": "rejected", "k2": "pending"}
    reason = "The same source gave another correction later, in feedback k2."
    assert (found["k1"]["reviewed_by"], found["k1"]["note"]) == ("policy", reason)


async def test_who_hears_of_reviews_hears_of_examples_that_are_withdrawn(database: Database, tenant: str) -> None:
    first = [answer("i1", "u1", **ASKED), said("k1", 5, correction="shipping")]
    await dividing.report(database, tenant, *first)

    events = await dividing.report(database, tenant, said("k2", 9, verdict="positive"))

    assert events == [ExamplesReviewed.address(tenant)]
    (example,) = (await corrected(database, tenant)).values()
    assert example["note"] == "The same source said later, in feedback k2, that the answer was right."


async def test_an_example_that_was_approved_already_is_doubted_once(database: Database, tenant: str) -> None:
    first = [answer("i1", "u1", **ASKED), said("k1", 5, correction="shipping")]
    await dividing.report(database, tenant, *first, threshold=0)
    for key in ("k2", "k2", "k3"):
        await dividing.report(database, tenant, said(key, 9, correction="returns"))

    approved = (await corrected(database, tenant))["k1"]

    assert approved["status"] == "approved"
    doubts = [reason for reason in approved["quality_reasons"] if "another correction" in reason]
    assert [reason[-3:-1] for reason in doubts] == ["k2"]


async def test_one_answer_that_is_told_about_again_and_again_costs_no_more_each_time(
    database: Database, tenant: str
) -> None:
    await dividing.report(database, tenant, answer("i1", "u1"))
    for part in range(3):
        told = [said(f"k{part}-{number}", part + number / 1000, verdict="positive") for number in range(100)]
        await dividing.report(database, tenant, *told)

    async with database.transaction(tenant) as tx:
        stand = await tx.fetchval("SELECT count(*) FROM feedback_claims WHERE tenant = $1 AND NOT superseded", tenant)

    found = await stats(database, tenant)
    assert (stand, found.total, found.superseded) == (1, 1, 299)


async def test_an_opinion_is_held_against_those_of_its_own_metric_alone(database: Database, tenant: str) -> None:
    told = [said(f"k{number}", 1, metric=f"m{number}", value=1) for number in range(5)]
    await dividing.report(database, tenant, answer("i1", "u1"), *told, said("k", 1, verdict="positive"))

    async with database.transaction(tenant) as tx:
        sent = (await opinions.about(tx, [(tenant, "i1")]))[:1]
        beside = await opinions.beside(tx, sent)

    assert (len(sent), [each.metric for each in beside]) == (1, [sent[0].metric])


def said(key: str, at: float, *, about: str | None = "i1", **others: Any) -> tuple[str, dict[str, Any]]:
    return opinion(key, about, occurred_at=minute(at).isoformat(), **others)  # type: ignore[arg-type]


async def decide(database: Database, tenant: str, *, days: float) -> None:
    async with database.transaction(tenant) as tx:
        await feedback_policies.set_(tx, dividing.TASK, FeedbackPolicy(attribution_window_days=days))


async def list_(database: Database, tenant: str, **asked: Any) -> Sequence[Feedback]:
    async with database.transaction(tenant) as tx:
        return (await history.list_(tx, ListFeedback(**asked))).items


async def stats(database: Database, tenant: str) -> FeedbackStats:
    asked = CountFeedback(task=dividing.TASK)
    async with database.transaction(tenant) as tx:
        found = await metrics.count_feedback(tx, asked)
        return found.model_copy(update=dict(await history.count_aside(tx, asked)))


async def corrected(database: Database, tenant: str) -> dict[str, Any]:
    """Give the examples of corrections, by the key of the feedback."""
    sql = "SELECT feedback_key, status, reviewed_by, note, quality_reasons FROM examples WHERE tenant = $1"
    async with database.transaction(tenant) as tx:
        return {row["feedback_key"]: row for row in await tx.fetch(sql, tenant)}
