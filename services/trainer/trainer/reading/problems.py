"""Where it is noted what is wrong with which line of an upload, and said why a whole upload cannot be used."""

from collections.abc import Iterable
from dataclasses import dataclass

MOST_SHOWN = 100
_LONGEST_QUOTE = 40


@dataclass(frozen=True, slots=True, order=True)
class RowProblem:
    """One thing wrong with one line (counted from 1, as an editor counts), in one column or in the whole of it."""

    line: int
    column: str | None
    reason: str


class UnusableUpload(Exception):
    """The upload as a whole cannot be used; `errors` are pairs of a field (``file``, or a column) and a reason."""

    def __init__(self, sentence: str, *errors: tuple[str, str]) -> None:
        super().__init__(sentence)
        self.errors = errors or (("file", sentence),)


class Problems:
    """The problems of an upload's lines: the first hundred in order of the lines, and how many there are."""

    def __init__(self) -> None:
        self.first: list[RowProblem] = []
        self.count = 0
        self.refused_rows = 0
        self._pending: list[RowProblem] = []

    def refuse(self, line: int, reason: str, column: str | None = None) -> None:
        """Note a line that is left out as a whole."""
        self.refused_rows += 1
        self.note(line, column, reason)

    def note(self, line: int, column: str | None, reason: str) -> None:
        """Note what is wrong with a cell; whoever leaves its row out counts that."""
        self.count += 1
        self._pending.append(RowProblem(line, column, reason))

    def note_all(self, lines: Iterable[int], column: str, reasons: Iterable[str], count: int) -> None:
        """Note what is wrong with many cells of a column; no more than the first ones need be given."""
        self.count += count
        self._pending += [RowProblem(*each) for each in zip(lines, [column] * MOST_SHOWN, reasons, strict=False)]

    def settle(self) -> None:
        """Put what was noted since the last time into order; lines that come later have higher numbers."""
        room = MOST_SHOWN - len(self.first)
        if room and self._pending:
            self.first += sorted(self._pending, key=lambda each: (each.line, each.column or ""))[:room]
        self._pending.clear()


def quoted(value: str) -> str:
    """Show a value in a sentence, cut where it is long."""
    shown = value if len(value) <= _LONGEST_QUOTE else value[: _LONGEST_QUOTE - 1] + "…"
    return f"'{shown}'"
