"""Where `local.json` is written and read: what runs, and how other programs reach it."""

from datetime import datetime

from pydantic import BaseModel, Field

from chassis.embedded import folders, processes
from chassis.embedded.processes import Handle
from stack.home import Home


class Local(BaseModel):
    """The running stack. `created` and `ports` go by the same names as `processes`, which live in one `boot`."""

    gateway_url: str
    nats_url: str
    postgres_url: str
    admin_api_key: str
    tenant: str
    processes: dict[str, int]
    created: dict[str, float] = Field(default_factory=dict)
    ports: dict[str, int] = Field(default_factory=dict)
    boot: str = ""
    logs: str
    started_at: datetime

    def handle(self, name: str) -> Handle | None:
        """Return the process of this name as it was when it started, or None."""
        if name not in self.processes or name not in self.created:
            return None
        return Handle(pid=self.processes[name], created=self.created[name])

    def dead(self) -> list[str]:
        """Name the processes that no longer live."""
        handles = {name: self.handle(name) for name in self.processes}
        return [name for name, handle in handles.items() if handle is not None and not processes.alive(handle)]


def read(home: Home) -> Local | None:
    """Return what was last written, without processes if the machine was started anew; None where nothing was."""
    if not home.local.exists():
        return None
    known = Local.model_validate_json(home.local.read_text())
    return known if known.boot == processes.boot() else known.model_copy(update={"processes": {}, "created": {}})


def write(home: Home, local: Local) -> None:
    """Write all of it or nothing, readable by its owner only."""
    folders.write_private(home.local, local.model_dump_json(indent=2) + "\n")
