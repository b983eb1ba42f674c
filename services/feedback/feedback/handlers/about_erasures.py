"""Where the commands about erasures are answered."""

from chassis.database import Transaction
from chassis.rpc.answering import Answers
from contracts.api.erasure import Erasure
from contracts.api.page import Page
from contracts.commands.erasure import (
    ErasedExamples,
    EraseSubject,
    GetErasedNames,
    GetErasure,
    ListErasedExamples,
    ListErasures,
    Names,
)
from feedback import erasure


def answer(answers: Answers) -> None:
    """Register the answers."""

    @answers.to(EraseSubject)
    async def begin(tx: Transaction, command: EraseSubject) -> Erasure:
        return await erasure.begin(tx, command.erasure)

    @answers.to(GetErasure)
    async def find(tx: Transaction, command: GetErasure) -> Erasure:
        return await erasure.find(tx, command.erasure_id)

    @answers.to(ListErasures)
    async def list_(tx: Transaction, command: ListErasures) -> Page[Erasure]:
        return await erasure.list_(tx, command)

    @answers.to(GetErasedNames)
    async def names(tx: Transaction, command: GetErasedNames) -> Names:
        return await erasure.names(tx, command.erasure_id)

    @answers.to(ListErasedExamples)
    async def examples(tx: Transaction, command: ListErasedExamples) -> ErasedExamples:
        return await erasure.list_examples(tx, command)
