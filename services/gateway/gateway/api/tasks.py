"""Where tasks are created, shown, changed and taken away over HTTP."""

from fastapi import APIRouter, Response

from contracts.api.page import Page
from contracts.api.task import NewTask, Task, TaskChange
from contracts.commands.jobs import ListJobs
from contracts.commands.tasks import ChangeTask, CreateTask, DeleteTask, GetTask, ListTasks
from contracts.errors import TaskInUse
from gateway.api import kinds, revisions
from gateway.api.asker import Asker, Configurer, PageOf, Reader
from gateway.api.revisions import Editing, Expected

router = APIRouter(prefix="/v1/tasks", tags=["tasks"])


@router.get("")
async def list_tasks(reader: Reader, page: PageOf) -> Page[Task]:
    """List the tasks of the tenant, by key."""
    return await reader.ask(ListTasks(**page.model_dump()))


@router.post("", status_code=201)
async def create_task(configurer: Configurer, new: NewTask) -> Task:
    """Create a task; 409 if there is one of that key, or was, or as many as the tenant's plan allows."""
    await kinds.require_known(configurer, new)
    return await configurer.ask(CreateTask(task=new, at_most=configurer.identity.entitlements.max_tasks))


@router.get("/{task}")
async def show_task(reader: Reader, task: str, response: Response) -> Task:
    """Show one task."""
    return revisions.tagged(response, await reader.ask(GetTask(key=task)))


@router.patch("/{task}")
async def change_task(configurer: Configurer, task: str, change: TaskChange, edit: Editing) -> Task:
    """Change a task; what is not given stays. If-Match is the ETag of the task."""
    command = ChangeTask(key=task, change=change, expected_revision=edit.expected)
    return edit.answer(await configurer.ask(command))


@router.delete("/{task}", status_code=204)
async def delete_task(configurer: Configurer, task: str, expected: Expected, *, force: bool = False) -> None:
    """Take a task away for good; its key stays taken, and its history is kept.

    409 while a job, a rollout or an experiment is under way; and while a version serves, unless `force` has it stop.
    """
    await _refuse_training(configurer, task)
    await configurer.ask(DeleteTask(key=task, force=force, expected_revision=expected))


async def _refuse_training(asker: Asker, task: str) -> None:
    newest = (await asker.ask(ListJobs(task=task, limit=1))).items
    if newest and not newest[0].status.ended:
        detail = f"Job {newest[0].id} of {task!r} is {newest[0].status}; cancel it, or wait for its end."
        raise TaskInUse(detail, job_id=newest[0].id)
