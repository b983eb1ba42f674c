"""Where the commands about feedback policies are answered."""

from chassis import editions
from chassis.database import Transaction
from chassis.known_tasks import KnownTasks
from chassis.rpc.answering import Answers
from contracts.api.feedback_policy import FeedbackPolicy
from contracts.commands.feedback_policies import GetFeedbackPolicy, SetFeedbackPolicy
from feedback import reviews
from feedback.store import feedback_policies


def answer(answers: Answers, known_tasks: KnownTasks) -> None:
    """Register the answers."""

    @answers.to(GetFeedbackPolicy)
    async def find(tx: Transaction, command: GetFeedbackPolicy) -> FeedbackPolicy:
        await known_tasks.get(tx.tenant, command.task)
        return await feedback_policies.find(tx, command.task)

    @answers.to(SetFeedbackPolicy)
    async def change(tx: Transaction, command: SetFeedbackPolicy) -> FeedbackPolicy:
        await known_tasks.get(tx.tenant, command.task)
        thing = f"feedback-policy/{command.task}"
        await editions.demand_seen(tx, command.seen, thing, lambda: feedback_policies.find(tx, command.task))
        await feedback_policies.set_(tx, command.task, command.policy)
        await reviews.resettle(tx, command.task)
        return command.policy
