"""Where the commands about tasks are declared; the registry owns them."""

from contracts.api.page import Page
from contracts.api.task import NewTask, Task, TaskChange
from contracts.command import Command
from contracts.commands.listing import Listing
from contracts.service import Service


class CreateTask(Command[Task]):
    """Create a task; raises `TaskExists`, or `LimitReached` where the tenant has ``at_most`` so many already."""

    subject = "tasks.create"
    owner = Service.REGISTRY

    task: NewTask
    at_most: int | None = None


class GetTask(Command[Task]):
    """Give one task; raises `UnknownTask`."""

    subject = "tasks.get"
    owner = Service.REGISTRY
    askers = (Service.GATEWAY, Service.FEEDBACK, Service.TRAINER)

    key: str


class ChangeTask(Command[Task]):
    """Change a task; raises `UnknownTask`, `UnknownVersion`, `NotReleasable`, `ApprovalNeeded`.

    ``expected_revision`` is that of the task the asker has seen; raises `Stale` if there is a later one.
    """

    subject = "tasks.change"
    owner = Service.REGISTRY

    key: str
    change: TaskChange
    expected_revision: int | None = None


class DeleteTask(Command[Task]):
    """Take a task away for good; its key stays taken. Raises `UnknownTask`, `TaskInUse`, `Stale`.

    What serves keeps it from being deleted, unless ``force`` has it stop serving.
    """

    subject = "tasks.delete"
    owner = Service.REGISTRY

    key: str
    force: bool = False
    expected_revision: int | None = None


class ListTasks(Command[Page[Task]], Listing):
    """Give the tasks, by key."""

    subject = "tasks.list"
    owner = Service.REGISTRY
