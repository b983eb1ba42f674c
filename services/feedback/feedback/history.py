"""Where opinions are shown with what became of them: which stand, and which others say it again."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from chassis import pages
from chassis.database import Transaction
from contracts.api.feedback import Feedback
from contracts.api.page import Page
from contracts.commands.metrics import CountFeedback, ListFeedback
from feedback import standing
from feedback.metrics import periods
from feedback.store import asides, opinions, shown_opinions
from feedback.store.opinions import Opinion


async def list_(tx: Transaction, asked: ListFeedback) -> Page[Feedback]:
    """Give opinions, newest first."""
    found = await shown_opinions.list_(tx, asked, before=pages.number(asked.cursor))
    about = {(tx.tenant, each.inference_id) for _, each in found if each.inference_id is not None}
    stand = await opinions.about(tx, sorted(about)) if about else []
    told = _told(tx.tenant, [each for _, each in found], stand)
    return pages.by_place([(place, each) for (place, _), each in zip(found, told, strict=True)], asked.limit)


async def count_aside(tx: Transaction, asked: CountFeedback) -> Mapping[str, int]:
    """Count the opinions that came too late, or were said again later."""
    since = periods.since(asked.period, datetime.now(UTC))
    counts = await asides.count(tx, task=asked.task, version_id=asked.version_id, since=since)
    return {why.value: count for why, count in counts.items()}


def _told(tenant: str, listed: Sequence[Feedback], stand: Sequence[Opinion]) -> list[Feedback]:
    """Say of each opinion whether it stands; whoever is about an answer and not among those that stand does not."""
    keys = {each.key for each in stand}
    gone = [_opinion(tenant, each) for each in listed if each.inference_id is not None and each.key not in keys]
    by = {key: last.key for (_, key), last in standing.successors([*stand, *gone]).items()}
    return [
        each.model_copy(update={"standing": not each.late and each.key not in by, "superseded_by": by.get(each.key)})
        for each in listed
    ]


def _opinion(tenant: str, told: Feedback) -> Opinion:
    correction = None if told.correction is None else ""
    return Opinion(
        tenant, told.key, told.inference_id, told.task, told.operation, told.verdict, told.score, None, correction,
        None, told.comment, told.used, told.helpful, told.by, told.source, told.occurred_at, told.metric, told.value,
        late=told.late,
    )  # fmt: skip
