"""Where the calls about tasks are described."""

from contracts.api.page import Page
from contracts.api.task import NewTask, Task
from ratchet.wire.call import Call, at, get, post
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

    def _page(self, *, limit: int = 50, cursor: str | None = None) -> Call[Page[Task]]:
        """Give a page of tasks, by key."""
        return get(at("tasks"), Page[Task], limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)
