"""Where the question what can be learnt from feedback is answered."""

from chassis.database import Transaction
from chassis.known_tasks import KnownTasks
from chassis.rpc.answering import Answers
from contracts.api.insights import Insights
from contracts.commands.insights import GetInsights
from feedback import insights
from feedback.metrics.grains import Kept


def answer(answers: Answers, known_tasks: KnownTasks, kept: Kept) -> None:
    """Register the answer."""

    @answers.to(GetInsights)
    async def tell(tx: Transaction, command: GetInsights) -> Insights:
        await known_tasks.get(tx.tenant, command.task)
        return await insights.of(tx, command, kept)
