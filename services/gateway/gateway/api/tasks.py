"""Where tasks are created and shown over HTTP."""

from fastapi import APIRouter

from contracts.api.page import Page
from contracts.api.task import NewTask, Task
from contracts.commands.tasks import CreateTask, GetTask, ListTasks
from gateway.api import kinds
from gateway.api.asker import Configurer, PageOf, Reader

router = APIRouter(prefix="/v1/tasks", tags=["tasks"])


@router.get("")
async def list_tasks(reader: Reader, page: PageOf) -> Page[Task]:
    """List the tasks of the tenant, by key."""
    return await reader.ask(ListTasks(**page.model_dump()))


@router.post("", status_code=201)
async def create_task(configurer: Configurer, new: NewTask) -> Task:
    """Create a task; 409 if there is one of that key."""
    await kinds.require_known(configurer, new)
    return await configurer.ask(CreateTask(task=new))


@router.get("/{task}")
async def show_task(reader: Reader, task: str) -> Task:
    """Show one task."""
    return await reader.ask(GetTask(key=task))
