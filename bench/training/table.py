"""Where the tables of the training benchmark are given their shape.

Each kind has a module of its name in this package (`forecast`, `risk`, `classification`, `rag`) with one function:

    def rows() -> list[Row]: ...

which measures and gives one `Row` for each line of the kind's table. It may call `bench.report.say` on the way to tell
what it is at. A set of data that is not there, or a library that cannot be installed, gives `skipped(data, why)`.
Like this:

    Row(
        data="German credit (1,000 rows)",
        measure="AUC",
        reference=Figure("logistic regression", 0.784, seconds=1.1),
        ours=Figure("risk", 0.796, seconds=1.4),
        bar=Bar("AUC at least .78", 0.796 >= 0.78),
    )
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bench import report

COLUMNS = ("data", "measure", "reference", "ours", "time", "bar", "met")


@dataclass(frozen=True)
class Figure:
    """What something reached: its name, the figure, and where it was run here the seconds and the memory it took.

    `seconds` is wall time, `cpu` time on processors, `peak` the most memory of its process in MB.
    """

    name: str
    value: float | str
    seconds: float | None = None
    cpu: float | None = None
    peak: float | None = None


@dataclass(frozen=True)
class Bar:
    """What was asked for, in words, and whether it was met; None where nothing is asked."""

    wanted: str
    met: bool | None


@dataclass(frozen=True)
class Row:
    """One line of a table: ours beside a reference, on some data.

    `reference` is None where there is only a bar. `note` stands instead of figures where the line was skipped.
    The column `time` is ours divided by the reference's where both were run here, else ours alone.
    """

    data: str
    measure: str = ""
    reference: Figure | None = None
    ours: Figure | None = None
    bar: Bar | None = None
    note: str = ""


def skipped(data: str, why: str) -> Row:
    """Give the line of something that could not be measured."""
    return Row(data, note=f"skipped: {why}")


def show(title: str, rows: Sequence[Row]) -> None:
    """Print the lines as one table, with the machine."""
    report.title(title)
    report.table(COLUMNS, [_cells(row) for row in rows])


def _cells(row: Row) -> tuple[str, ...]:
    if row.note:
        return (row.data, row.note, "", "", "", "", "")
    return (
        row.data,
        row.measure,
        _figure(row.reference),
        _figure(row.ours),
        _time(row.reference, row.ours),
        row.bar.wanted if row.bar else "",
        _met(row.bar),
    )


def _figure(figure: Figure | None) -> str:
    if figure is None:
        return ""
    value = figure.value if isinstance(figure.value, str) else f"{figure.value:.4g}"
    return f"{value} {figure.name}"


def _time(reference: Figure | None, ours: Figure | None) -> str:
    if ours is None or ours.seconds is None:
        return ""
    cost = f"{ours.seconds:.1f} s"
    if ours.cpu is not None:
        cost += f", cpu {ours.cpu:.1f} s"
    if ours.peak is not None:
        cost += f", {ours.peak:,.0f} MB"
    if reference is None or not reference.seconds:
        return cost
    return f"{ours.seconds / reference.seconds:.2f} of {reference.seconds:.1f} s ({cost})"


def _met(bar: Bar | None) -> str:
    if bar is None or bar.met is None:
        return ""
    return "yes" if bar.met else "[bold]NO[/bold]"
