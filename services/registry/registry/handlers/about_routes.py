"""Where it is answered what serves and what served, and where it is put back."""

from chassis.database import Transaction
from chassis.rpc.answering import Answers
from contracts.api.page import Page
from contracts.api.route import Resolution, Route, Serving
from contracts.commands.versions import GetRoute, GetServing, ListServing, ResolveTask, RollBack
from registry import releases, routes


def answer(known: Answers) -> None:
    """Register how commands about routes and the ledger are answered."""

    @known.to(RollBack)
    async def roll_back(tx: Transaction, command: RollBack) -> Route:
        return await releases.roll_back(tx, command.task, command.rollback, command.expected_revision)

    @known.to(GetRoute)
    async def get_route(tx: Transaction, command: GetRoute) -> Route:
        return await routes.get(tx, command.task)

    @known.to(ResolveTask)
    async def resolve_task(tx: Transaction, command: ResolveTask) -> Resolution:
        return await routes.resolve(tx, command.task, command.unit)

    @known.to(ListServing)
    async def list_serving(tx: Transaction, command: ListServing) -> Page[Serving]:
        return await routes.list_serving(tx, command.task, cursor=command.cursor, limit=command.limit)

    @known.to(GetServing)
    async def get_serving(tx: Transaction, command: GetServing) -> Serving:
        return await routes.serving_at(tx, command.task, command.at)
