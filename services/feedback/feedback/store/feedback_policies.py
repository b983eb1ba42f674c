"""Where it is kept how the feedback of each task counts."""

from collections.abc import Iterable, Mapping

from chassis.database import Transaction
from contracts.api.feedback_policy import FeedbackPolicy

_DEFAULT = FeedbackPolicy()


async def of(tx: Transaction, tasks: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], FeedbackPolicy]:
    """Give the policies of tasks, by tenant and task."""
    wanted = sorted(set(tasks))
    rows = await tx.fetch(
        """
        SELECT tenant, task, policy
        FROM feedback_policies
        WHERE (tenant, task) IN (SELECT * FROM unnest($1::text[], $2::text[]))
        """,
        [tenant for tenant, _ in wanted],
        [task for _, task in wanted],
    )
    return dict.fromkeys(wanted, _DEFAULT) | {(row[0], row[1]): FeedbackPolicy.model_validate(row[2]) for row in rows}


async def find(tx: Transaction, task: str) -> FeedbackPolicy:
    """Give the policy of one task."""
    return (await of(tx, [(tx.tenant, task)]))[tx.tenant, task]


async def set_(tx: Transaction, task: str, policy: FeedbackPolicy) -> None:
    """Set the policy of a task."""
    await tx.execute(
        """
        INSERT INTO feedback_policies (tenant, task, policy, set_by)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant, task) DO UPDATE
        SET policy = excluded.policy, set_by = excluded.set_by, set_at = now()
        """,
        *(tx.tenant, task, policy.model_dump(mode="json"), tx.cause.actor),
    )
