"""Where the health score and the recommendations of a task are put together."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from chassis.database import Transaction
from contracts.api.metrics import Metrics, VersionMetrics
from feedback.metrics import counted, gathering, numbers, recommending, scoring
from feedback.metrics.recommending import Situation
from feedback.metrics.scoring import Vitals
from feedback.store import policies, waiting
from feedback.store.measures import Span

_DAY_S = 86_400


async def advise(
    tx: Transaction, answer: Metrics, confusion: Mapping[tuple[str, str], int], before: Iterable[Span]
) -> Mapping[str, object]:
    """Give the health score and recommendations for an answer, beside the first earlier time in which anything was."""
    vitals = Vitals(answer.metrics, await _before(tx, before), await _oldest_pending_days(tx, answer.task))
    policy = await policies.find(tx, tx.tenant, answer.task) if answer.task is not None else None
    situation = Situation(vitals, confusion, policy)
    recommendations = recommending.recommend(situation) if answer.task is not None else ()
    return {"system_health": scoring.score(vitals), "recommendations": recommendations}


async def _before(tx: Transaction, spans: Iterable[Span]) -> VersionMetrics | None:
    for span in spans:
        if found := await gathering.outline(tx, span):
            return numbers.of(None, counted.add(found))
    return None


async def _oldest_pending_days(tx: Transaction, task: str | None) -> float | None:
    since = await waiting.oldest_pending(tx, task) if task is not None else None
    return (datetime.now(UTC) - since).total_seconds() / _DAY_S if since else None
