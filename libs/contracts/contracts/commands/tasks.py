"""Where the commands about tasks are declared; the registry owns them."""

from contracts.api.page import Page
from contracts.api.task import NewTask, Task
from contracts.command import Command
from contracts.commands.listing import Listing
from contracts.service import Service


class CreateTask(Command[Task]):
    """Create a task; raises `TaskExists`."""

    subject = "tasks.create"
    owner = Service.REGISTRY

    task: NewTask


class GetTask(Command[Task]):
    """Give one task; raises `UnknownTask`."""

    subject = "tasks.get"
    owner = Service.REGISTRY
    askers = (Service.GATEWAY, Service.FEEDBACK, Service.TRAINER)

    key: str


class ListTasks(Command[Page[Task]], Listing):
    """Give the tasks, by key."""

    subject = "tasks.list"
    owner = Service.REGISTRY
