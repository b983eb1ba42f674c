"""Where `ratchet insights` is: what goes wrong, where, since when, and how reviews go."""

from collections.abc import Iterable, Sequence
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from contracts.api.insights import Approvals, Insights, InsightTotals, ReviewInsights, WaitingExample
from contracts.api.metrics import Period
from ratchet.cli.cells import cell, share
from ratchet.cli.commands import alone
from ratchet.cli.output import show
from ratchet.cli.session import connected

_BAR = 24
_BLOCKS = "▁▂▃▄▅▆▇█"
_MOST_SHIFTS = 10
_UNITS = (("d", 48, 24), ("h", 2, 1), ("min", 2 / 60, 1 / 60), ("s", 0, 1 / 3600))


@alone
def insights(
    task: Annotated[str, typer.Argument(help="Name of the task.")],
    period: Annotated[Period, typer.Option(help="How far back.")] = Period.WEEK,
) -> None:
    """Show which labels are confused, where acceptance falls, which words come with it, and how reviews go."""
    with connected() as client:
        found = client.insights.get(task, period=period)
        labels = {each.id: each.label for each in client.versions.list(task, limit=1000).items}
    show(found, Group(*_parts(found, labels)))


def _parts(found: Insights, labels: dict[str, str]) -> Iterable[RenderableType]:
    yield Text.assemble((found.task, "bold"), f", {found.period}: ", *_summed(found.totals))
    yield Text.assemble("acceptance  ", _line([each.acceptance for each in found.trend]))
    yield from _titled("Taken for another label", _confusions(found), any_=bool(found.confusions))
    yield from _titled("Against the period before", _shifts(found, labels), any_=bool(found.shifts))
    yield from _titled("Words that come with corrections", _patterns(found), any_=bool(found.patterns))
    yield from _titled("Who submits", _rates("name", found.submitters), any_=bool(found.submitters))
    yield from _titled("By source", _rates("source", found.sources), any_=bool(found.sources))
    yield from _titled("Reviews", _reviews(found.reviews), any_=bool(found.reviews.reviews))
    yield from _titled("Waiting longest", _oldest(found.oldest), any_=bool(found.oldest))
    waiting = _bars({age: count for age, count in found.waiting_by_age.items() if count})
    yield from _titled("Waiting by age", waiting, any_=any(found.waiting_by_age.values()))
    yield from (Text(note, style="dim") for note in found.notes)


def _summed(totals: InsightTotals) -> Iterable[Text | str]:
    yield f"{totals.inferences:,} answers, {totals.feedback:,} opinions, accuracy "
    yield share(totals.accuracy)
    yield ", acceptance "
    yield share(totals.acceptance)
    yield f", {totals.corrections:,} corrections"


def _titled(title: str, part: RenderableType, *, any_: bool) -> Iterable[RenderableType]:
    if any_:
        yield Text(f"\n{title}", style="bold")
        yield part


def _confusions(found: Insights) -> Table:
    drawn = Table("said", "was", "count", "", "of all mistakes", "of what it said", "such as")
    most = max((each.count for each in found.confusions), default=1)
    for each in found.confusions:
        bar = Text("█" * max(1, round(_BAR * each.count / most)), style="red")
        shares = share(each.share), share(each.share_of_predicted)
        drawn.add_row(
            cell(each.predicted),
            cell(each.actual),
            f"{each.count:,}",
            bar,
            *shares,
            cell(next(iter(each.example_ids), None)),
        )
    return drawn


def _shifts(found: Insights, labels: dict[str, str]) -> Table:
    drawn = Table.grid(padding=(0, 2))
    for each in found.shifts[:_MOST_SHIFTS]:
        sentence = each.sentence
        for version_id, label in labels.items():
            sentence = sentence.replace(version_id, label)
        bad = each.difference < 0
        colour = "dim" if not each.certain else "red" if bad else "green"
        drawn.add_row(Text(f"{each.difference:+.0%}", style=colour), Text(sentence, style=colour))
    return drawn


def _patterns(found: Insights) -> Table:
    drawn = Table("words", "corrected", "accepted", "z")
    for each in found.patterns:
        drawn.add_row(cell(each.words), f"{each.corrected:,}", f"{each.accepted:,}", cell(each.z))
    return drawn


def _rates(title: str, found: Sequence[Approvals]) -> Table:
    drawn = Table(title, "examples", "pending", "approved", "rejected", "approved of those settled")
    for each in found:
        counts = (each.examples, each.pending, each.approved, each.rejected)
        drawn.add_row(each.of, *(f"{count:,}" for count in counts), share(each.rate))
    return drawn


def _oldest(found: Sequence[WaitingExample]) -> Table:
    drawn = Table("id", "waits for", "submitted by")
    for each in found:
        drawn.add_row(each.id, _lasting(each.hours), each.submitted_by)
    return drawn


def _reviews(found: ReviewInsights) -> RenderableType:
    pace = f"{found.reviews:,} reviews, {found.reviews_a_day:.1f} a day; half are settled within "
    together = Text.assemble(f"{found.shared:,} by several people: agreement ", share(found.agreement), ", kappa ")
    ends = f"; {found.disputed:,} disputed, {found.adjudicated:,} adjudicated"
    line = Text.assemble(pace, _lasting(found.median_hours), "; ", together, cell(found.kappa), ends)
    drawn = Table("name", "reviews", "approved", "ended as they said")
    for each in found.reviewers:
        drawn.add_row(each.name, f"{each.reviews:,}", f"{each.approved:,}", share(each.agreed))
    return Group(line, drawn)


def _lasting(hours: float | None) -> Text:
    """Write a time in the unit in which it is easiest to read."""
    if hours is None:
        return cell(None)
    unit, _, hours_each = next(each for each in _UNITS if hours >= each[1])
    return Text(f"{hours / hours_each:.1f} {unit}")


def _bars(counts: dict[str, int]) -> Table:
    drawn, most = Table.grid(padding=(0, 2)), max(counts.values(), default=1)
    for name, count in counts.items():
        drawn.add_row(name, f"{count:,}", Text("█" * max(1, round(_BAR * count / most)), style="yellow"))
    return drawn


def _line(values: Sequence[float | None]) -> Text:
    """Draw shares as a line of blocks, with a gap where nothing is known."""
    blocks = (" " if value is None else _BLOCKS[min(7, int(value * 8))] for value in values)
    return Text("".join(blocks) or "-", style="cyan")
