"""Where examples are made of corrections that stand, and withdrawn where the correction stands no longer."""

from collections import Counter
from collections.abc import Mapping, Sequence

from chassis.database import Transaction
from contracts.api.example import ExampleStatus
from contracts.events.learning import ExamplesReviewed
from feedback.examples import corrections
from feedback.examples.thresholds import Approval
from feedback.standing import Id, id_of
from feedback.store import withdrawals
from feedback.store.opinions import Opinion
from feedback.store.withdrawals import Withdrawal

_BY = "policy"


async def learn(tx: Transaction, said: Sequence[Opinion], outdated: Mapping[Id, Opinion], approval: Approval) -> None:
    """Make examples of corrections; one that was replaced already is kept as well, for the history, but never used."""
    given = [each for each in said if each.correction]
    await corrections.submit(tx, [each for each in given if id_of(each) in outdated], {})
    if outdated:
        await _withdraw(tx, outdated)
    await corrections.submit(tx, [each for each in given if id_of(each) not in outdated], approval)


async def _withdraw(tx: Transaction, outdated: Mapping[Id, Opinion]) -> None:
    """Reject what is in review, and say at what was approved that it is doubtful now: people decided on it."""
    gone = [Withdrawal(*id, _reason(last)) for id, last in sorted(outdated.items())]
    rejected = await withdrawals.reject(tx, gone, by=_BY)
    if rejected:
        await withdrawals.tell(tx, rejected, by=_BY, rejected=True)
        await withdrawals.release(tx, rejected)
    for (tenant, task), count in Counter((each.tenant, each.task) for each in rejected).items():
        event = ExamplesReviewed(task=task, status=ExampleStatus.REJECTED, count=count, by=_BY)
        tx.publish(event, tenant=tenant)
    flagged = await withdrawals.flag(tx, gone)
    if flagged:
        await withdrawals.tell(tx, flagged, by=_BY, rejected=False)


def _reason(last: Opinion) -> str:
    if last.correction is None:
        return f"The same source said later, in feedback {last.key}, that the answer was right."
    return f"The same source gave another correction later, in feedback {last.key}."
