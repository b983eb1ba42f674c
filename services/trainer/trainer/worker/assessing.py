"""Where assessments of examples' labels are asked for, carried out by a child process, and told page by page."""

import asyncio
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from chassis.database import EVERY_TENANT
from chassis.logging import log
from chassis.rpc.asking import ask
from chassis.rpc.caller import Caller
from contracts.api.assessment import AssessedLabel, AssessmentWork
from contracts.commands.assessments import ClaimAssessment, CollectAssessable, TellAssessment
from contracts.errors import DomainError
from contracts.event import Cause
from trainer.datasets.collecting import PAGE, ask_patiently
from trainer.executors import local
from trainer.executors.frames import Frame
from trainer.executors.orders import AssessOrder
from trainer.worker.attempt import end
from trainer.worker.workplace import Workplace

MOST_EXAMPLES = 100_000
_ASSESS = "trainer.executors.assessing:assess"
_LOOK_EVERY_S = 5.0
_BEAT_EVERY_S = 5.0
_TOLD_AT_ONCE = 500
_WORKED_OUT = 0.9
_ACROSS = Caller(EVERY_TENANT, Cause("ratchet"))


def begin(place: Workplace) -> None:
    """Look for assessments as long as the service runs, where trainings may run."""
    if place.settings.workers:
        place.parts.beside(_run(place))


async def _run(place: Workplace) -> None:
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        if not place.parts.known_settings.platform.training_enabled:
            continue
        try:
            claim = await ask(place.parts.nats, ClaimAssessment(), _ACROSS)
            if claim.work:
                await _Assessment(place, claim.work).make()
        except (DomainError, OSError) as lost:
            log().debug("assessment.delayed", reason=str(lost))


class _Assessment:
    """One assessment in this process's hands."""

    def __init__(self, place: Workplace, work: AssessmentWork) -> None:
        self._place = place
        self._work = work
        self._caller = Caller(work.tenant, Cause("ratchet"))
        self._progress = 0.0
        self._minutes = place.switches(work.tenant).max_training_runtime_minutes

    async def make(self) -> None:
        """Work until all is told, or the assessment is somebody else's."""
        log().info("assessment.claimed", tenant=self._work.tenant, task=self._work.task, number=self._work.number)
        with TemporaryDirectory(prefix="assessment-", dir=_scratch(self._place)) as folder:
            working, holding = asyncio.create_task(self._work_out(Path(folder))), asyncio.create_task(self._hold())
            try:
                async with asyncio.timeout(self._minutes * 60):
                    await asyncio.wait({working, holding}, return_when=asyncio.FIRST_COMPLETED)
            except TimeoutError:
                problem = f"The assessment took longer than the {self._minutes:g} minutes that are allowed."
                await self._tell(ended=True, failed=True, problem=problem)
            finally:
                await end(working, holding)
        if working.done() and not working.cancelled():
            working.result()

    async def _work_out(self, folder: Path) -> None:
        examples = await self._collect(folder / "rows.jsonl")
        order = AssessOrder(
            rows=str(folder / "rows.jsonl"),
            found=str(folder / "found.jsonl"),
            memory_mb=self._place.settings.max_training_memory_mb,
        )
        match await local.carry_out(self._place.forkserver, _ASSESS, order.model_dump(), self._hear):
            case {"result": _}:
                await self._tell_found(folder / "found.jsonl", examples)
            case {"refused": sentence}:
                await self._tell(examples=examples, ended=True, problem=sentence)
            case {"hungry": _}:
                await self._tell(ended=True, failed=True, problem=f"It needed more than {order.memory_mb:,} MB.")
            case last:
                log().warning("assessment.child_lost", reason=str(last))

    async def _collect(self, rows: Path) -> int:
        """Write the newest examples as lines of JSON into a file; give their number."""
        asked, count = CollectAssessable(task=self._work.task, limit=PAGE), 0
        with rows.open("wb") as file:
            while count < MOST_EXAMPLES:
                page = await ask_patiently(self._place.parts.nats, asked, self._caller, _ignore)
                file.writelines(row.model_dump_json().encode() + b"\n" for row in page.items)
                count += len(page.items)
                if page.next_cursor is None:
                    break
                asked = asked.model_copy(update={"before": page.next_cursor})
        return count

    async def _tell_found(self, found: Path, examples: int) -> None:
        told = 0
        with found.open("rb") as file:
            for page in _pages(file):
                told += len(page)
                self._progress = _WORKED_OUT + (1 - _WORKED_OUT) * told / examples
                if not await self._tell(assessed=page):
                    return
        await self._tell(examples=examples, ended=True)

    async def _hold(self) -> None:
        """Beat until the assessment is somebody else's."""
        while True:
            await asyncio.sleep(_BEAT_EVERY_S)
            if not await self._tell():
                return

    async def _tell(self, **more: object) -> bool:
        told = TellAssessment.model_validate(
            {"task": self._work.task, "number": self._work.number, "progress": self._progress} | more
        )
        return (await ask_patiently(self._place.parts.nats, told, self._caller, _ignore)).goes_on

    def _hear(self, frame: Frame) -> None:
        self._progress = max(self._progress, _WORKED_OUT * frame.get("progress", 0.0))


def _pages(lines: Iterator[bytes]) -> Iterator[tuple[AssessedLabel, ...]]:
    while page := tuple(AssessedLabel.model_validate(orjson.loads(line)) for line in islice(lines, _TOLD_AT_ONCE)):
        yield page


def _scratch(place: Workplace) -> str | None:
    """Name a folder of this machine that is swept after a kill, if the shared one is here."""
    if not place.shelf.is_local:
        return None
    folder = place.shelf.files.at("scratch")
    Path(folder).mkdir(parents=True, exist_ok=True)
    return folder


def _ignore(_: str) -> None:
    pass
