"""Where the stack is shown on a terminal: who is starting, who is ready, who takes how much."""

import time
from datetime import UTC, datetime

from rich.table import Table
from rich.text import Text

from stack.survey import Survey

COLOURS = {"ready": "green", "starting": "yellow", "stopped": "dim", "died": "bold red"}
MEGABYTE = 1024 * 1024


class Board:
    """The states of processes while they start, for `rich.live.Live`."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._states: dict[str, tuple[str, float]] = {}

    def tell(self, name: str, state: str) -> None:
        """Note that a process is in this state from now on."""
        if self._states.get(name, ("", 0.0))[0] != state:
            self._states[name] = (state, time.monotonic() - self._began)

    def __rich__(self) -> Table:
        """Draw one line per process."""
        table = Table.grid(padding=(0, 2))
        for name, (state, after) in self._states.items():
            table.add_row(name, _coloured(state), f"{after:.1f} s" if state == "ready" else "")
        return table


def survey_table(survey: Survey) -> Table:
    """Draw a survey as a table with the total memory below it."""
    table = Table(show_footer=True)
    table.add_column("process", footer="together")
    for title in ("pid", "state", "since"):
        table.add_column(title)
    table.add_column("memory", footer=_megabytes(survey.memory), justify="right")
    table.add_column("address")
    for row in survey.rows:
        since = _ago(row.since) if row.since else ""
        table.add_row(row.name, str(row.pid or ""), _coloured(row.state), since, _megabytes(row.memory), row.address)
    return table


def _coloured(state: str) -> Text:
    return Text(state, style=COLOURS.get(state, ""))


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:.0f} MB"


def _ago(moment: datetime) -> str:
    seconds = int((datetime.now(UTC) - moment).total_seconds())
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    return f"{hours} h {minutes} min ago" if hours else f"{minutes} min {seconds % 60} s ago"
