"""Where it is tried that what was counted as success is taken back as it was counted, whatever the policy says then."""

from itertools import product
from typing import Any

from chassis.database import Database
from contracts.api.feedback_policy import FeedbackPolicy
from feedback.store import feedback_policies
from tests.feedback import dividing
from tests.feedback.dividing import TASK, TENANTS, answer, minute, opinion

BASKET = {"metric": "basket", "type": "share", "threshold": 20, "window_hours": 1}
ANSWER = answer("i1", "u1")
Item = tuple[str, dict[str, Any]]


NAMES = [("other", None), (None, "basket"), ("basket", "other"), ("basket", None)]
TOLD: list[tuple[list[Any], list[Any]]] = [
    ([0, "score"], ["basket"]),
    (["score", "basket"], [0]),
    ([0, "score"], ["score later"]),
    ([0, "score"], ["verdict before"]),
    ([0, "score", "basket"], ["basket later", "score later"]),
    (["score", "basket", "score later"], [0]),
]


async def test_a_changed_definition_takes_back_what_was_counted_by_the_one_before(database: Database) -> None:
    for names, (first, then) in product(NAMES, TOLD):
        tenant = f"success-{next(TENANTS)}"
        for name, items in zip(names, (first, then), strict=True):
            await define(database, tenant, name)
            await dividing.report(database, tenant, *(ITEMS[item] for item in items))
        await define(database, tenant, "nothing")

        await dividing.report(database, tenant, said("score", "l8", 40, score=0.5), said("basket", "l9", 140))

        assert await sums(database, tenant) == {(0, 0)}, (names, first, then)


async def test_outcomes_whose_answer_is_forgotten_are_not_taken_for_timely_ones(database: Database) -> None:
    tenant = f"success-{next(TENANTS)}"
    await define(database, tenant, "basket")
    await dividing.report(database, tenant, ANSWER, said("basket", "k1", 90))
    async with database.transaction(tenant) as tx:
        await tx.execute("DELETE FROM inferences WHERE tenant = $1", tenant)

    await dividing.report(database, tenant, said("basket", "k2", 5))

    assert await sums(database, tenant) == {(0, 0)}


def said(about: str, key: str, at: float, **others: Any) -> Item:
    told = {"operation": "outcome"} | ({"metric": "basket", "value": 30} if about == "basket" else {})
    return opinion(key, "i1", **(told | others | {"occurred_at": minute(at).isoformat()}))


ITEMS: dict[Any, Item] = {
    0: ANSWER,
    "score": said("score", "k1", 9, score=0.25),
    "score later": said("score", "k2", 20, score=1),
    "verdict before": said("score", "k3", 5, verdict="negative"),
    "basket": said("basket", "k4", 9),
    "basket later": said("basket", "k5", 90),
}


async def define(database: Database, tenant: str, name: str | None) -> None:
    success = {} if name is None else BASKET | {"metric": name}
    async with database.transaction(tenant) as tx:
        await feedback_policies.set_(tx, TASK, FeedbackPolicy.model_validate({"success": success}))


async def sums(database: Database, tenant: str) -> set[tuple[int, int]]:
    """Give what counts as success, in each stretch of time of each version."""
    async with database.transaction(tenant) as tx:
        rows = await tx.fetch("SELECT successes, success_nano FROM metric_sums WHERE tenant = $1", tenant)
    return {(row[0], int(row[1])) for row in rows}
