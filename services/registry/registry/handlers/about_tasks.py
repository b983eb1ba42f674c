"""Where commands about tasks are answered."""

from chassis.database import Transaction
from chassis.rpc.answering import Answers
from contracts.api.page import Page
from contracts.api.task import Task
from contracts.commands.tasks import ChangeTask, CreateTask, DeleteTask, GetTask, ListTasks
from registry import tasks


def answer(known: Answers) -> None:
    """Register how commands about tasks are answered."""

    @known.to(CreateTask)
    async def create_task(tx: Transaction, command: CreateTask) -> Task:
        return await tasks.create(tx, command.task, at_most=command.at_most)

    @known.to(GetTask)
    async def get_task(tx: Transaction, command: GetTask) -> Task:
        return await tasks.get(tx, command.key)

    @known.to(ListTasks)
    async def list_tasks(tx: Transaction, command: ListTasks) -> Page[Task]:
        return await tasks.list_(tx, cursor=command.cursor, limit=command.limit)

    @known.to(ChangeTask)
    async def change_task(tx: Transaction, command: ChangeTask) -> Task:
        return await tasks.change(tx, command.key, command.change, command.expected_revision)

    @known.to(DeleteTask)
    async def delete_task(tx: Transaction, command: DeleteTask) -> Task:
        return await tasks.delete(tx, command.key, force=command.force, expected_revision=command.expected_revision)
