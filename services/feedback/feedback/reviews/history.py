"""Where it is told what happened to an example, from its submission on."""

from chassis import pages
from chassis.database import Transaction
from contracts.api.example import Example, ExampleStatus
from contracts.api.page import Page
from contracts.api.review import HistoryEntry, HistoryKind
from contracts.commands.reviews import ListExampleHistory
from feedback import examples
from feedback.store import histories

_POLICY = "policy"
_FIRST, _LAST = 0, 10**18 - 1
"""Places before and after all that is written down: an example itself says how it began, and if no person ended it."""


async def list_(tx: Transaction, asked: ListExampleHistory) -> Page[HistoryEntry]:
    """Give a page of what happened to an example, oldest first; raises `UnknownExample`."""
    example = await examples.find(tx, asked.example_id)
    after = pages.number(asked.cursor)
    told = await histories.list_(tx, example.id, after=after, limit=asked.limit + 1)
    begun = [(_FIRST, _submitted(example))] if after is None else []
    by_policy = example.reviewed_by == _POLICY and example.status is ExampleStatus.APPROVED
    ended = [(_LAST, _approved(example))] if by_policy and after != _LAST else []
    return pages.by_place([*begun, *told, *ended], asked.limit)


def _submitted(example: Example) -> HistoryEntry:
    came = f"from feedback {example.feedback_key}" if example.feedback_key else "by hand"
    sentence = f"Submitted {came}."
    return HistoryEntry(at=example.created_at, by=example.submitted_by, what=HistoryKind.SUBMITTED, sentence=sentence)


def _approved(example: Example) -> HistoryEntry:
    return HistoryEntry(
        at=example.reviewed_at or example.created_at,
        by=_POLICY,
        what=HistoryKind.SETTLED,
        sentence=f"Approved by policy: a quality of {example.quality:.2f} was enough.",
        status=example.status,
    )
