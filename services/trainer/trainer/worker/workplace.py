"""Where it is named what a worker works with."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir

from chassis.logging import log
from chassis.service import Parts
from contracts.api.setting import SettingValues
from trainer.artifacts import Shelf
from trainer.executors.children import Forkserver
from trainer.executors.executor import Executor
from trainer.settings import Settings
from trainer.store.attempts import Claimed, Off


@dataclass(frozen=True, slots=True)
class Workplace:
    """The service's parts, and what trainings need besides."""

    parts: Parts
    settings: Settings
    shelf: Shelf
    forkserver: Forkserver
    executor: Executor

    def switches(self, tenant: str) -> SettingValues:
        """Give what is set for a tenant at this moment."""
        return self.parts.known_settings.of(tenant)

    def off(self) -> Off:
        """Say where training is switched off at this moment."""
        known = self.parts.known_settings
        tenants = known.tenants_where(lambda values: not values.training_enabled)
        return Off(everywhere=not known.platform.training_enabled, tenants=tuple(tenants))

    def scratch(self, job: Claimed) -> str:
        """Name the folder for what an attempt has not finished."""
        return self.shelf.scratch(job.id, job.attempt)

    def rows(self, job: Claimed) -> Path:
        """Name the local file that rows are collected in."""
        here = Path(gettempdir()) / f"ratchet-{job.id}.{job.attempt}"
        folder = Path(self.scratch(job)) if self.shelf.is_local else here
        folder.mkdir(parents=True, exist_ok=True)
        return folder / "rows.jsonl"

    def share(self, job: Claimed, rows: Path) -> str:
        """Put collected rows where every machine finds them that may train; give their path there."""
        if self.shelf.is_local:
            return str(rows)
        path = f"{self.scratch(job)}/{rows.name}"
        self.shelf.files.adopt(rows, path)
        return path

    def clear(self, job: Claimed, *, attempt: int | None = None) -> None:
        """Remove what an attempt, or all attempts at a job, left unfinished."""
        try:
            self.shelf.discard(job.id, attempt)
        except OSError as broken:  # a shelf that is away for a moment is no reason to end all that is worked on here
            log().warning("scratch.not_cleared", job=job.id, reason=str(broken) or type(broken).__name__)
        if not self.shelf.is_local:
            for folder in Path(gettempdir()).glob(f"ratchet-{job.id}.{attempt or '*'}"):
                shutil.rmtree(folder, ignore_errors=True)
