"""Where tests of reviews get their examples, and people their say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chassis.database import Database
from contracts.api.example import Example, Review, Reviewed, ReviewOfMany, ReviewVerdict
from contracts.api.feedback_policy import FeedbackPolicy
from contracts.api.review import HistoryEntry, QueuedExample
from contracts.commands.reviews import ListExampleHistory
from contracts.event import Cause
from feedback import examples, reviews
from feedback.reviews import history, queue
from feedback.store import examples as store
from feedback.store import feedback_policies

APPROVE, REJECT = ReviewVerdict.APPROVE, ReviewVerdict.REJECT
TASK = "tickets"

Who = str | Cause
"""A name, or somebody of whom it is known who they are."""


def cause(who: Who) -> Cause:
    return Cause(who) if isinstance(who, str) else who


@dataclass(frozen=True)
class Desk:
    """Where people review the examples of one task."""

    database: Database

    def as_(self, who: Who) -> Any:
        return self.database.transaction("acme", cause(who))

    async def set_policy(self, **fields: Any) -> None:
        async with self.as_("admin") as tx:
            await feedback_policies.set_(tx, TASK, FeedbackPolicy(**fields))
            await reviews.resettle(tx, TASK)

    async def submit(self, count: int = 1, *, by: Who = "sue", answer: str = '"shipping"') -> list[str]:
        rows = [
            store.NewRow(
                tenant="acme", task=TASK, status="pending", input=f'"where is parcel {number}"', output='"billing"',
                expected_output=answer, label="shipping", likeness=None, kind="correction", quality=0.9 - number / 1000,
                quality_reasons=(), source="user", inference_id=None, feedback_key=None,
                submitted_by=cause(by).actor, reviewed_by=None, submitter=cause(by).person,
            )
            for number in range(count)
        ]  # fmt: skip
        async with self.as_(by) as tx:
            return [new.id for new in await store.insert(tx, rows)]

    async def review(
        self,
        who: Who,
        example_id: str,
        verdict: ReviewVerdict = APPROVE,
        *,
        revision: int | None = None,
        **more: Any,
    ) -> Example:
        async with self.as_(who) as tx:
            given = Review(verdict=verdict, **more)
            return await reviews.give(tx, example_id, given, expected_revision=revision)

    async def review_many(self, who: Who, ids: Sequence[str], verdict: ReviewVerdict = APPROVE) -> Reviewed:
        async with self.as_(who) as tx:
            return await reviews.give_many(tx, ReviewOfMany(ids=tuple(ids), verdict=verdict))

    async def queue(self, who: Who, limit: int = 100) -> list[QueuedExample]:
        async with self.as_(who) as tx:
            return list((await queue.list_(tx, TASK, limit)).items)

    async def waiting(self, who: Who) -> list[str]:
        return [each.example.id for each in await self.queue(who)]

    async def find(self, example_id: str) -> Example:
        async with self.as_("ada") as tx:
            return await examples.find(tx, example_id)

    async def history(self, example_id: str) -> list[HistoryEntry]:
        async with self.as_("ada") as tx:
            return list((await history.list_(tx, ListExampleHistory(example_id=example_id))).items)
