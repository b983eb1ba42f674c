"""Where the demo's last picture is drawn: both versions side by side, and what served when."""

from collections.abc import Iterable

from rich.console import Group
from rich.table import Table
from rich.text import Text

from contracts.api.route import Serving
from contracts.api.version import Version
from ratchet.access import Access
from ratchet.cli.cells import cell
from ratchet.demo.outcome import Outcome, Served


def drawn(outcome: Outcome, access: Access) -> Group:
    """Draw the outcome."""
    return Group(
        "",
        _comparison(outcome),
        *(Text(f"Gate: {reason}") for reason in outcome.candidate.gate.reasons),
        "",
        _ledger(outcome.ledger),
        "",
        Text(f"API {access.url}/v1   key {access.api_key}"),
        Text(f"Go on with: ratchet model list {outcome.task} · ratchet metrics {outcome.task} · ratchet events tail"),
    )


def _comparison(outcome: Outcome) -> Table:
    before, candidate = outcome.before.version, outcome.candidate
    evidence = candidate.gate.evidence
    table = Table("", _name(before), _name(candidate), title=f"{outcome.task}: before and after")
    table.add_row(
        f"accuracy on the same {evidence.get('rows', '?'):,} holdout tickets",
        _percent(evidence.get("champion_accuracy")),
        _percent(evidence.get("candidate_accuracy")),
    )
    table.add_row(
        "accuracy in its own training", *(_percent(each.metrics.get("accuracy")) for each in (before, candidate))
    )
    table.add_row("live accuracy, judged by experts", _live(outcome.before), _live_after(outcome))
    table.add_row("gate", cell(before.gate.verdict.value), cell(candidate.gate.verdict.value))
    table.add_row("serves now", *(_yes(each.id == outcome.after.version.id) for each in (before, candidate)))
    return table


def _ledger(lines: Iterable[Serving]) -> Table:
    table = Table("revision", "from", "until", "served", "changed by", "reason", title="What served when")
    for line in sorted(lines, key=lambda each: each.revision):
        served = ", ".join(f"{arm.label} ({arm.weight:.0%})" for arm in line.arms) or "nothing"
        until = cell(line.until) if line.until else Text("now")
        table.add_row(str(line.revision), cell(line.since), until, served, line.actor, line.reason)
    return table


def _name(version: Version) -> str:
    return f"version {version.number} ({version.label})"


def _live(served: Served) -> str:
    return f"{_percent(served.live_accuracy)} of {served.judged:,}"


def _live_after(outcome: Outcome) -> str:
    return _live(outcome.after) if outcome.promoted else "does not serve"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _yes(is_so: bool) -> str:  # noqa: FBT001 (a word for a truth value)
    return "yes" if is_so else ""
