"""Where files go up and come down with a bar on standard error, and the problems of their lines are shown."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from contracts.api.dataset import Dataset
from contracts.errors import UnusableDataset
from ratchet.cli.cells import cell
from ratchet.cli.output import for_programs, margin

if TYPE_CHECKING:
    from ratchet.client import Client

_READING = "Reading"


@contextmanager
def bar(what: str) -> Generator[Callable[[int, int | None], None]]:
    """Show a bar that is told how far it is; after the last byte of an upload the file is being read."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn  # noqa: PLC0415

    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn()
    with Progress(*columns, console=margin(), disable=not _is_watched(), transient=True) as progress:
        shown = progress.add_task(what, total=None)

        def tell(done: int, size: int | None) -> None:
            title = _READING if done == size and what == "Uploading" else what
            progress.update(shown, completed=done, total=size, description=title)

        yield tell


def _is_watched() -> bool:
    return margin().is_terminal and not for_programs()


def upload(client: "Client", file: Path, task: str, name: str | None = None) -> Dataset:
    """Upload a file; the problems of its lines are shown on standard error, of a refused one too."""
    try:
        with bar("Uploading") as tell:
            return client.datasets.upload(file, task=task, name=name, on_progress=tell)
    except UnusableDataset as refusal:
        if not for_programs():
            show_problems(refusal.facts.get("problems", ()), refusal.facts.get("problem_count", 0))
        raise


def show_problems(problems: Sequence[dict[str, Any]], count: int) -> None:
    """Draw what is wrong with which line, and say how much more there is."""
    if not problems:
        return
    drawn = Table("line", "column", "problem")
    for each in problems:
        drawn.add_row(str(each["line"]), cell(each["column"]), cell(each["reason"]))
    margin().print(drawn)
    if count > len(problems):
        margin().print(f"… and {count - len(problems):,} more problems.", style="dim")
