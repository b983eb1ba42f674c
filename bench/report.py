"""Where tables are printed, with the machine that they were measured on."""

import os
import platform
import statistics
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

_console = Console(width=120)


def title(text: str) -> None:
    _console.print(f"\n[bold]{text}[/bold]")
    _console.print(f"{machine()}", style="dim")


def machine() -> str:
    """Say what machine this is: cores, memory, load, Python."""
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores ({_processor()}), {_memory()}, load {load:.1f}, Python {platform.python_version()}"


def _processor() -> str:
    names = [line.partition(": ")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory() -> str:
    kilobytes = [int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")]
    return f"{kilobytes[0] / 2**20:.0f} GiB" if kilobytes else "memory unknown"


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text().splitlines() if file.exists() else []


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    made = Table(*columns)
    for row in rows:
        made.add_row(*row)
    _console.print(made)


def say(text: str) -> None:
    _console.print(text)


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(values: Sequence[float], form: str = "{:.2f}") -> str:
    """Give median, least and most."""
    shown = (form.format(each) for each in (statistics.median(values), min(values), max(values)))
    return "{} ({} to {})".format(*shown)
