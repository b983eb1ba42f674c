"""Where it is found out what counts as success in a batch: by the policy of each task, and when what was answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.database import Transaction
from contracts.api.feedback_policy import FeedbackPolicy
from feedback import standing
from feedback.metrics import judging
from feedback.standing import Change, Id
from feedback.store import inferences
from feedback.store.inferences import NewRow
from feedback.store.opinions import Opinion

Policies = Mapping[tuple[str, str], FeedbackPolicy]


@dataclass(frozen=True, slots=True)
class _Rules:
    """The policies of tasks, and the times of the answers that they say opinions may come too late for."""

    policies: Policies
    answered: Mapping[tuple[str, str], datetime]

    def success(self, opinion: Opinion) -> float | None:
        """Give what an opinion counts for success; None if it tells none, or nobody knows when its answer was."""
        policy = self.policies[opinion.tenant, opinion.task]
        if policy.success.window_hours is None or not opinion.attached:
            return judging.success_of(opinion, policy.success, None)
        answered_at = self.answered.get((opinion.tenant, opinion.inference_id or ""))
        return judging.success_of(opinion, policy.success, answered_at) if answered_at else None


async def settle(tx: Transaction, served: Iterable[NewRow], change: Change, policies: Policies) -> Change:
    """Say what counts as success from now on; what counts no longer takes back what was counted with it."""
    rules = await _rules(tx, served, [opinion for opinion, sign in change.counted if sign > 0], policies)
    counted = [
        (opinion._replace(success=rules.success(opinion)) if sign > 0 else opinion, sign)
        for opinion, sign in change.counted
    ]
    return replace(change, counted=counted)


def changed(before: Change, settled: Change) -> Mapping[Id, float | None]:
    """Give what counts as success now with opinions with which something else was counted, or nothing yet."""
    pairs = zip(before.counted, settled.counted, strict=True)
    return {standing.id_of(new): new.success for (old, _), (new, _) in pairs if new.success != old.success}


async def _rules(tx: Transaction, served: Iterable[NewRow], told: Iterable[Opinion], policies: Policies) -> _Rules:
    """Find the rules for opinions; times of answers are looked up only where a window says so."""
    bounded = {task for task, policy in policies.items() if policy.success.window_hours is not None}
    about = {(each.tenant, each.inference_id or "") for each in told if (each.tenant, each.task) in bounded}
    if not about:
        return _Rules(policies, {})
    answered = {(row.tenant, row.id): row.occurred_at for row in served}
    missing = sorted(about - answered.keys())
    found = await inferences.find_labels(tx, missing) if missing else {}
    return _Rules(policies, answered | {id: each.occurred_at for id, each in found.items()})
