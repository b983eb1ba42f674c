"""Where one upload is read from beginning to end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from trainer.reading import checking, choosing, columnar, delimited, objects, sniffing, storing, unpacking
from trainer.reading.checking import Rules
from trainer.reading.columns import Judged, Judgement
from trainer.reading.problems import Problems, UnusableUpload
from trainer.reading.shapes import Frame, Limits, Nature, Report
from trainer.trainers.tables import Table

_TYPING = 0.85


@dataclass(frozen=True, slots=True)
class Read:
    """A table that was read: a Parquet file, the hash of its rows, and what is known of them."""

    path: Path
    sha256: str
    table: str
    rows: int
    columns: tuple[Judged, ...]
    nature: Nature


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be read: a file, as one of these tables; what is unfinished goes into the folder."""

    upload: Path
    folder: Path
    tables: Sequence[Table]
    limits: Limits


def read(task: Task, problems: Problems, report: Report) -> Read:
    """Read an upload, and note the problems of its lines as they are found; raises `UnusableUpload`."""
    limits, folder = task.limits, task.folder
    report(0, "looking")
    plain = unpacking.unpacked(task.upload, folder, limits.size)
    nature = sniffing.sniff(plain, choosing.known_names(task.tables), limits.formats)
    reading = _Reading(nature, task, problems)
    for frame in _frames(plain, nature, limits, problems):
        reading.take(frame)
        report(_TYPING * frame.fraction, f"{reading.rows:,} rows")
    problems.settle()
    table = reading.finished()
    report(_TYPING, "storing")
    judgements = reading.judgements
    path, sha256 = storing.store(reading.parts, [each.typed() for each in judgements.values()], folder)
    judged = tuple(each.judged(reading.rows) for each in judgements.values())
    return Read(path, sha256, table.name, reading.rows, judged, nature)


def _frames(path: Path, nature: Nature, limits: Limits, problems: Problems) -> Iterator[Frame]:
    if nature.format == "parquet":
        return columnar.frames(path, limits)
    reader = delimited.frames if nature.format == "csv" else objects.frames
    return reader(path, nature, limits, problems)


class _Reading:
    """How far an upload has been read: its table once that is known, its usable rows as parts."""

    def __init__(self, nature: Nature, task: Task, problems: Problems) -> None:
        self.rows = 0
        self.parts: list[Path] = []
        self.judgements: dict[str, Judgement] = {}
        self._nature, self._asked, self._problems = nature, task, problems
        self._table: Table | None = None

    def take(self, frame: Frame) -> None:
        """Check, judge and keep the rows of a frame; the first one decides which table it is."""
        table = self._table = self._table or choosing.choose(self._asked.tables, frame.cells.columns)
        changes = choosing.renamed(table, frame.cells.columns)
        named = Frame(frame.lines, frame.cells.rename(changes), frame.fraction)
        rules = Rules(table, self._nature.delimiter, self._nature.damaged)
        kept = checking.usable(named, rules, self._problems)
        self._problems.settle()
        self._count(kept.height)
        for cells in kept:
            self._judgement(cells.name, table).see(cells)
        if kept.height:
            self.parts.append(self._asked.folder / f"{len(self.parts):06}.parquet")
            kept.write_parquet(self.parts[-1], compression="lz4")

    def finished(self) -> Table:
        """Give the table; raises `UnusableUpload` if no row can be used."""
        if self._table is None:
            self._table = choosing.choose(self._asked.tables, [])
        if not self.rows:
            refused = self._problems.refused_rows
            because = f"; each of its {refused:,} rows has a problem" if refused else ""
            raise UnusableUpload(f"The file has no row that can be used{because}.")
        return self._table

    def _count(self, rows: int) -> None:
        self.rows += rows
        if self.rows > self._asked.limits.rows:
            raise UnusableUpload(f"The file has more than the {self._asked.limits.rows:,} rows that are allowed.")

    def _judgement(self, name: str, table: Table) -> Judgement:
        if name not in self.judgements:
            known = next((column for column in table.columns if column.name == name), None)
            self.judgements[name] = Judgement(name, known, self._nature.delimiter)
            if len(self.judgements) > self._asked.limits.columns:
                raise UnusableUpload(
                    f"The rows have more than the {self._asked.limits.columns:,} columns that are allowed."
                )
        return self.judgements[name]
