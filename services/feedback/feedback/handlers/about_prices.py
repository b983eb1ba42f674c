"""Where the commands about the prices of models are answered."""

from chassis.database import Transaction
from chassis.rpc.answering import Answers
from contracts.api.page import Page
from contracts.api.price import Price
from contracts.commands.prices import DeletePrice, Forgotten, ListPrices, SetPrice
from feedback import prices


def answer(answers: Answers) -> None:
    """Register the answers."""

    @answers.to(ListPrices)
    async def list_(tx: Transaction, command: ListPrices) -> Page[Price]:
        return await prices.list_(tx, command.model)

    @answers.to(SetPrice)
    async def change(tx: Transaction, command: SetPrice) -> Price:
        return await prices.set_(tx, command.model, command.price)

    @answers.to(DeletePrice)
    async def forget(tx: Transaction, command: DeletePrice) -> Forgotten:
        return await prices.delete(tx, command.model)
