"""Where the commands about retrain policies are answered."""

from chassis import editions
from chassis.database import Transaction
from chassis.known_tasks import KnownTasks
from chassis.rpc.answering import Answers
from contracts.api.page import Page
from contracts.api.retraining import RetrainDecision, RetrainPolicy, RetrainReplay
from contracts.commands.retraining import (
    CheckRetraining,
    GetRetrainPolicy,
    ListRetrainDecisions,
    ReplayRetraining,
    SetRetrainPolicy,
)
from feedback import retraining
from feedback.retraining import replaying


def answer(answers: Answers, known_tasks: KnownTasks) -> None:
    """Register the answers."""

    @answers.to(GetRetrainPolicy)
    async def find(tx: Transaction, command: GetRetrainPolicy) -> RetrainPolicy:
        await known_tasks.get(tx.tenant, command.task)
        return await retraining.find_policy(tx, command.task)

    @answers.to(SetRetrainPolicy)
    async def change(tx: Transaction, command: SetRetrainPolicy) -> RetrainPolicy:
        await known_tasks.get(tx.tenant, command.task)
        thing = f"retrain-policy/{command.task}"
        await editions.demand_seen(tx, command.seen, thing, lambda: retraining.find_policy(tx, command.task))
        return await retraining.set_policy(tx, command.task, command.policy)

    _answer_about_decisions(answers, known_tasks)


def _answer_about_decisions(answers: Answers, known_tasks: KnownTasks) -> None:
    @answers.to(CheckRetraining)
    async def check(tx: Transaction, command: CheckRetraining) -> RetrainDecision:
        await known_tasks.get(tx.tenant, command.task)
        return await retraining.check(tx, tx.tenant, command.task, asked_by=tx.cause.actor)

    @answers.to(ListRetrainDecisions)
    async def list_(tx: Transaction, command: ListRetrainDecisions) -> Page[RetrainDecision]:
        await known_tasks.get(tx.tenant, command.task)
        return await retraining.list_decisions(tx, command)

    @answers.to(ReplayRetraining)
    async def replay(tx: Transaction, command: ReplayRetraining) -> RetrainReplay:
        await known_tasks.get(tx.tenant, command.task)
        return await replaying.replay(tx, command.task, command.terms)
