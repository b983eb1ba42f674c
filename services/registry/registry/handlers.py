"""Where commands and events are handed to their use cases."""

from chassis.database import Transaction
from chassis.handlers import Handlers
from chassis.rpc.answering import Answers
from contracts.api.page import Page
from contracts.api.route import Resolution, Route, Serving
from contracts.api.task import Task
from contracts.api.version import Version
from contracts.commands.tasks import CreateTask, GetTask, ListTasks
from contracts.commands.versions import (
    GetRoute,
    GetServing,
    GetVersion,
    ListServing,
    ListVersions,
    PromoteVersion,
    ResolveTask,
    RollBack,
)
from contracts.events.training import TrainingCompleted
from contracts.service import Service
from registry import releases, routes, tasks, versions


def handlers() -> Handlers:
    """Give what the registry does about events."""
    heard = Handlers(Service.REGISTRY)

    @heard.on(TrainingCompleted)
    async def register_version(tx: Transaction, completed: TrainingCompleted) -> None:
        await versions.register(tx, completed)

    return heard


def answers() -> Answers:
    """Give the commands that the registry answers, and how."""
    known = Answers()
    _answer_for_tasks(known)
    _answer_for_versions(known)
    _answer_for_routes(known)
    _answer_for_the_ledger(known)
    return known


def _answer_for_tasks(known: Answers) -> None:
    @known.to(CreateTask)
    async def create_task(tx: Transaction, command: CreateTask) -> Task:
        return await tasks.create(tx, command.task)

    @known.to(GetTask)
    async def get_task(tx: Transaction, command: GetTask) -> Task:
        return await tasks.get(tx, command.key)

    @known.to(ListTasks)
    async def list_tasks(tx: Transaction, command: ListTasks) -> Page[Task]:
        return await tasks.list_(tx, cursor=command.cursor, limit=command.limit)


def _answer_for_versions(known: Answers) -> None:
    @known.to(GetVersion)
    async def get_version(tx: Transaction, command: GetVersion) -> Version:
        return await versions.get(tx, command.version_id)

    @known.to(ListVersions)
    async def list_versions(tx: Transaction, command: ListVersions) -> Page[Version]:
        return await versions.list_(tx, command)

    @known.to(PromoteVersion)
    async def promote_version(tx: Transaction, command: PromoteVersion) -> Route:
        version = await versions.get(tx, command.version_id)
        return await releases.promote(tx, version, command.promotion.reason)


def _answer_for_routes(known: Answers) -> None:
    @known.to(RollBack)
    async def roll_back(tx: Transaction, command: RollBack) -> Route:
        return await releases.roll_back(tx, command.task, command.rollback)

    @known.to(GetRoute)
    async def get_route(tx: Transaction, command: GetRoute) -> Route:
        return await routes.get(tx, command.task)

    @known.to(ResolveTask)
    async def resolve_task(tx: Transaction, command: ResolveTask) -> Resolution:
        return await routes.resolve(tx, command.task, command.unit)


def _answer_for_the_ledger(known: Answers) -> None:
    @known.to(ListServing)
    async def list_serving(tx: Transaction, command: ListServing) -> Page[Serving]:
        return await routes.list_serving(tx, command.task, cursor=command.cursor, limit=command.limit)

    @known.to(GetServing)
    async def get_serving(tx: Transaction, command: GetServing) -> Serving:
        return await routes.serving_at(tx, command.task, command.at)
