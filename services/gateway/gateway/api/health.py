"""Where it is shown over HTTP how tasks do, and where their monitors are set."""

from typing import Annotated

from fastapi import APIRouter, Body, Response

from contracts.api.health import Overview, TaskHealth
from contracts.api.monitor import Monitors, NewMonitors
from contracts.commands.health import GetHealth, GetMonitors, GetTaskHealth, SetMonitors
from gateway.api import revisions
from gateway.api.asker import Reader, Releaser
from gateway.api.revisions import Editing

router = APIRouter(prefix="/v1", tags=["health"])


@router.get("/health")
async def show_health(reader: Reader) -> Overview:
    """Show how all tasks did when they were last looked at, the worst first."""
    return await reader.ask(GetHealth())


@router.get("/tasks/{task}/health")
async def show_task_health(reader: Reader, task: str) -> TaskHealth:
    """Show how a task and the versions that serve it do now, what is wrong, and what to do about that."""
    return await reader.ask(GetTaskHealth(task=task))


@router.get("/tasks/{task}/monitors")
async def show_monitors(reader: Reader, task: str, response: Response) -> Monitors:
    """Show by which numbers a task is watched; the defaults until somebody sets them."""
    return revisions.tagged(response, await reader.ask(GetMonitors(task=task)))


@router.put("/tasks/{task}/monitors")
async def set_monitors(releaser: Releaser, task: str, new: Annotated[NewMonitors, Body()], edit: Editing) -> Monitors:
    """Replace all monitors of a task; 412 if they changed since the ETag in If-Match."""
    command = SetMonitors(task=task, monitors=new, expected_revision=edit.expected)
    return edit.answer(await releaser.ask(command))
