"""Where the calls about tasks are described."""

from contracts.api.page import Page
from contracts.api.task import NewTask, Task, TaskChange
from ratchet.wire.call import Call, at, delete, get, only_if, patch, post
from ratchet.wire.noun import Noun, Way, endpoint, every, fields


class Tasks(Noun[Way]):
    """What AIs do for the tenant."""

    @fields(NewTask)
    def create(self, task: NewTask) -> Call[Task]:
        """Create a task with the fields of `NewTask`; raises `TaskExists`."""
        return post(at("tasks"), Task, task)

    @endpoint
    def get(self, task: str) -> Call[Task]:
        """Give one task; raises `UnknownTask`."""
        return get(at("tasks", task), Task)

    @fields(TaskChange)
    def change(self, task: str, change: TaskChange) -> Call[Task]:
        """Change the fields of `TaskChange` that are given; raises `UnknownTask`, `InvalidInput`, `NotReleasable`.

        ``default_version=None`` takes the default version away. A default that needs approval raises `ApprovalNeeded`.
        """
        return patch(at("tasks", task), Task, change)

    @endpoint
    def change_if(self, revision: int | None, task: str, change: TaskChange) -> Call[Task]:
        """Change a task that still has this revision, if it is given; raises `Stale`, and as `change` does."""
        return only_if(revision, patch(at("tasks", task), Task, change))

    @endpoint
    def delete(self, task: str, *, force: bool = False) -> Call[None]:
        """Take a task away for good; raises `TaskInUse` while it is used, though with ``force`` not because it serves.

        Its history is kept, and its key stays taken.
        """
        return delete(at("tasks", task), force="true" if force else None)

    def _page(self, *, limit: int = 50, cursor: str | None = None) -> Call[Page[Task]]:
        """Give a page of tasks, by key."""
        return get(at("tasks"), Page[Task], limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)
