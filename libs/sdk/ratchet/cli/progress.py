"""Where a running job is shown: a bar on a terminal, a line for each step in a log."""

from collections.abc import Iterable
from typing import Any, cast

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from contracts.api.job import JobEvent
from ratchet.cli.cells import number

_QUIET = frozenset({"job_id", "at"})
_FEW = 6


def follow(lines: Iterable[JobEvent], console: Console) -> None:
    """Show a job's story while it is told."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        story = _Story(progress, progress.add_task("queued", total=1.0), console)
        for line in lines:
            story.tell(line)


class _Story:
    def __init__(self, progress: Progress, bar: TaskID, console: Console) -> None:
        self._progress = progress
        self._bar = bar
        self._console = console
        self._step = ""

    def tell(self, line: JobEvent) -> None:
        if line.kind == "progress":
            self._advance(line.content)
        else:
            self._print(_told(line))

    def _advance(self, content: dict[str, Any]) -> None:
        step, fraction = str(content.get("step", "")), float(content.get("progress") or 0)
        message = str(content.get("message") or "")
        self._progress.update(self._bar, description=f"{step} {message}".strip(), completed=fraction)
        if step != self._step and not self._console.is_terminal:
            self._print(f"{fraction:>4.0%} {step} {message}".rstrip())
        self._step = step

    def _print(self, text: str) -> None:
        self._progress.console.print(f"  {text}", style="dim", markup=False)


def _told(line: JobEvent) -> str:
    content = line.content
    if line.kind == "state":
        return ": ".join(str(content[name]) for name in ("status", "message") if content.get(name))
    if line.kind == "metric":
        return f"{content.get('name')} {_short(content.get('value'))}"
    return str(content.get("message") or described(content))


def described(content: dict[str, Any]) -> str:
    """Write what an event or a line of a story says in one line; large members are left to ``--json``."""
    told = {name: _short(value) for name, value in content.items() if value not in (None, "") and name not in _QUIET}
    return ", ".join(f"{name} {value}" for name, value in told.items() if value)


def _short(value: object) -> str:
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        plain = {name: each for name, each in members.items() if not isinstance(each, dict | list)}
        return f"({described(plain)})" if plain and len(members) <= _FEW else ""
    if isinstance(value, list):
        items = cast("list[object]", value)
        return "; ".join(filter(None, map(_short, items))) if len(items) <= _FEW else ""
    return number(value) if isinstance(value, float) else str(value)
