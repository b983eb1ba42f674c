"""Where files of JSON lines are read, checked and sent in batches with progress."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from contracts.api.feedback import Accepted
from contracts.errors import InvalidInput
from contracts.problem import FieldProblem
from ratchet.cli.output import for_programs, margin

Line = TypeVar("Line", bound=BaseModel)
BATCH = 500
_SHOWN = 10


def read(path: Path, shape: type[Line]) -> list[Line]:
    """Read a file (``-`` is standard input) with one JSON object a line; raises `InvalidInput` naming the lines."""
    lines, wrong = list[Line](), list[FieldProblem]()
    for number, line in enumerate(text(path).splitlines(), start=1):
        if line.strip():
            try:
                lines.append(shape.model_validate_json(line))
            except ValidationError as refusal:
                wrong += [_problem(number, str(each["loc"]), each["msg"]) for each in refusal.errors()]
    if wrong:
        raise InvalidInput(f"{path} has {len(wrong)} mistakes; nothing was sent.", errors=tuple(wrong[:_SHOWN]))
    return lines


def send(lines: Sequence[Line], post: Callable[[Sequence[Line]], Accepted]) -> Accepted:
    """Send lines in batches; the bar is on standard error."""
    from rich.progress import Progress  # noqa: PLC0415 (only where it is needed, for a fast start)

    ids = list[str]()
    with Progress(console=margin(), disable=for_programs(), transient=True) as progress:
        bar = progress.add_task("Sending", total=len(lines))
        for begin in range(0, len(lines), BATCH):
            batch = lines[begin : begin + BATCH]
            ids += post(batch).ids
            progress.advance(bar, len(batch))
    return Accepted(accepted=len(ids), ids=tuple(ids))


def text(path: Path) -> str:
    """Read a file (``-`` is standard input); raises `InvalidInput` where it cannot be read, or is no UTF-8."""
    if str(path) == "-":
        return sys.stdin.read()
    try:
        return path.read_text(encoding="utf-8")
    except OSError as refusal:
        raise InvalidInput(f"{path} cannot be read: {refusal.strerror}.") from refusal
    except UnicodeDecodeError as wrong:
        raise InvalidInput(f"{path} is not UTF-8 text.") from wrong


def _problem(number: int, place: str, reason: str) -> FieldProblem:
    return FieldProblem(field=f"line {number} {place}", reason=reason)
