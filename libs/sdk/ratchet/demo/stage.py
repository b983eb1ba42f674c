"""Where the demo is shown: headings, findings and bars on a terminal, plain lines in a log."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from contracts.api.job import JobEvent
from ratchet.cli import progress

Item = TypeVar("Item")


class Stage:
    """The terminal, and how many steps were announced on it."""

    def __init__(self, console: Console) -> None:
        """Begin before the first step."""
        self._console = console
        self._steps = 0

    def step(self, heading: str) -> None:
        """Announce the next step."""
        self._steps += 1
        self._console.print(
            Text.assemble(("\n" if self._steps > 1 else ""), (f"{self._steps}. {heading}", "bold cyan"))
        )

    def tell(self, finding: str) -> None:
        """Say what happened."""
        self._console.print(f"   {finding}", markup=False)

    def each(self, items: Iterable[Item], doing: str, total: int) -> Iterator[Item]:
        """Give the items, with a bar that follows."""
        columns = (TextColumn("   {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console, transient=True, disable=not self._console.is_terminal) as bars:
            bar = bars.add_task(doing, total=total)
            for item in items:
                yield item
                bars.advance(bar)

    def follow(self, lines: Iterable[JobEvent]) -> None:
        """Show a job's story while it is told."""
        progress.follow(lines, self._console)
