"""Where people review examples on a terminal, one after another, each by a key."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from contracts.api.example import Example, Reviewed, ReviewVerdict
from contracts.api.review import HistoryEntry, HistoryKind, QueuedExample
from contracts.errors import AlreadyReviewed, DomainError, Stale
from ratchet.cli.cells import cell
from ratchet.cli.commands import complain
from ratchet.cli.output import margin

if TYPE_CHECKING:
    from ratchet.client import Client

_AT_ONCE = 10
_MOST = 100
_KEYS = "[a]pprove  [r]eject  [e]dit the answer  [s]kip  [q]uit"
_LONGEST = 4000
_REVIEWS = (HistoryKind.REVIEWED, HistoryKind.ADJUDICATED)


@dataclass(slots=True)
class _Tally:
    reviewed: int = 0
    settled: int = 0
    disputed: int = 0
    skipped: int = 0

    def count(self, example: Example) -> None:
        self.reviewed += 1
        self.settled += example.status != "pending"
        self.disputed += example.disputed


def loop(client: "Client", task: str) -> Reviewed:
    """Give a person examples until none is left, or they stop; what they held and did not review is given back."""
    tally = _Tally()
    try:
        for number, queued in enumerate(_claimed(client, task, tally), start=1):
            margin().print(_drawn(queued, number))
            if not _answered(client, queued, tally):
                break
    finally:
        client.examples.release(task=task, claims_only=True)
    waiting = tally.reviewed - tally.settled - tally.disputed
    return Reviewed(
        reviewed=tally.reviewed, settled=tally.settled, waiting=waiting, disputed=tally.disputed, skipped=tally.skipped
    )


def summed(done: Reviewed) -> str:
    """Write what came of reviews in a sentence."""
    skipped = f", {done.skipped:,} skipped" if done.skipped else ""
    ends = f"{done.settled:,} settled, {done.waiting:,} wait for others, {done.disputed:,} disputed"
    return f"Reviewed {done.reviewed:,}: {ends}{skipped}."


def _claimed(client: "Client", task: str, tally: _Tally) -> Iterator[QueuedExample]:
    """Give examples once each; what was skipped stays held meanwhile, and is not given again."""
    seen = set[str]()
    while True:
        held = client.examples.claim(task=task, limit=min(_AT_ONCE + tally.skipped, _MOST))
        fresh = [each for each in held.items if each.example.id not in seen]
        if not fresh:
            return
        for each in fresh:
            seen.add(each.example.id)
            yield each


def _answered(client: "Client", queued: QueuedExample, tally: _Tally) -> bool:
    """Ask until there is an answer; say whether to go on."""
    while True:
        key = _asked(_KEYS).strip().casefold()[:1]
        if key in {"q", "s"}:
            tally.skipped += key == "s"
            return key == "s"
        if key in {"a", "r", "e"}:
            _say(client, queued, key, tally)
            return True
        margin().print("Please press one of a, r, e, s and q.", style="yellow")


def _asked(question: str) -> str:
    """Ask for a line; the end of the input is the wish to stop."""
    try:
        return typer.prompt(question, default="", show_default=False, err=True)
    except typer.Abort:
        return "q"


def _say(client: "Client", queued: QueuedExample, key: str, tally: _Tally) -> None:
    example = queued.example
    more: dict[str, Any] = {"expected_output": _edited(example.expected_output)} if key == "e" else {}
    note = _asked("Why? (may be empty)") if key == "r" else ""
    verdict = ReviewVerdict.REJECT if key == "r" else ReviewVerdict.APPROVE
    try:
        said = client.examples.review(example.id, verdict=verdict, note=note or None, revision=example.revision, **more)
    except (AlreadyReviewed, Stale) as late:
        margin().print(f"Somebody was faster: {late.detail}", style="yellow", markup=False)
    except DomainError as refusal:
        complain(refusal)
    else:
        tally.count(said)
        margin().print(_after(client, said))


def _edited(before: object) -> object:
    shown = before if isinstance(before, str) else json.dumps(before, ensure_ascii=False)
    given = typer.prompt("The right answer", default=shown, err=True)
    if isinstance(before, str):
        return given
    try:
        return json.loads(given)
    except ValueError:
        return given


def _drawn(queued: QueuedExample, number: int) -> RenderableType:
    example = queued.example
    facts = Table.grid(padding=(0, 2))
    for name, value in (("asked", example.input), ("answered", example.output), ("should be", example.expected_output)):
        facts.add_row(Text(name, style="dim"), _short(value))
    facts.add_row(Text("quality", style="dim"), _short(f"{example.quality:.2f}"))
    for reason in example.quality_reasons:
        facts.add_row("", Text(reason, style="dim"))
    facts.add_row(Text("from", style="dim"), _short(f"{example.submitted_by} ({example.source})"))
    disputed = [Text("The reviewers disagree; you decide.", style="yellow"), *map(_given, queued.given)]
    title = f"{number}. review {queued.reviews + 1} of {max(queued.required, queued.reviews + 1)}"
    return Panel(Group(facts, *(disputed if example.disputed else [])), title=title, title_align="left")


def _given(said: Any) -> Text:  # noqa: ANN401 (a GivenReview)
    note = f": {said.note}" if said.note else ""
    return Text.assemble(f"  {said.by} says ", cell(said.verdict), f" {_short(said.expected_output).plain}{note}")


def _after(client: "Client", said: Example) -> RenderableType:
    """Show what became of it, and what others said: after one's own review, lest one be led by it."""
    others = [each for each in client.examples.all_history(said.id) if each.what in _REVIEWS]
    lines = [Text.assemble("It is ", cell(said.status), ", disputed" if said.disputed else "", ".")]
    lines += [_told(each) for each in others[:-1]]
    return Group(*lines)


def _told(entry: HistoryEntry) -> Text:
    note = f" {entry.note}" if entry.note else ""
    return Text(f"  {entry.by}: {entry.sentence}{note}", style="dim")


def _short(value: object) -> Text:
    drawn = cell(value)
    return drawn if len(drawn) <= _LONGEST else Text(drawn.plain[: _LONGEST - 1] + "…")
