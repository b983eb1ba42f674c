"""Where a rollout is drawn for people."""

from collections.abc import Iterable
from itertools import chain

from pydantic import BaseModel
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from contracts.api.performance import ArmEvidence, MetricEvidence
from contracts.api.rollout import Rollout
from ratchet.cli.cells import cell, number
from ratchet.cli.output import record, table

_HIDDEN = ("terms", "arms", "history", "srm", "phase_id", "restated", "steps", "step")


class Told(BaseModel):
    """A line of a rollout's history, as people read it."""

    at: object
    action: str
    traffic: str
    actor: str
    reasons: tuple[str, ...]


def drawn(rollout: Rollout) -> RenderableType:
    """Draw a rollout: where it is, how its arms do, and what was done."""
    parts: list[RenderableType] = [record(rollout, *_HIDDEN), Text(_ladder(rollout))]
    if rollout.restated and rollout.restated.changed:
        late = " ".join(rollout.restated.reasons)
        parts.append(Text(f"Late evidence says {rollout.restated.verdict}: {late}", style="yellow"))
    if rollout.srm and rollout.srm.mismatch:
        parts.append(Text("The units do not arrive in the shares of the route.", style="red"))
    return Group(*parts, arms(rollout.arms), history(rollout))


def history(rollout: Rollout) -> Table:
    """Draw what was done about a rollout."""
    told = [
        Told(
            at=each.at,
            action=each.action,
            traffic=f"{each.traffic_percent:g} %",
            actor=each.actor,
            reasons=each.reasons,
        )
        for each in rollout.history
    ]
    return table(told, "at", "action", "traffic", "actor", "reasons")


def arms(found: Iterable[ArmEvidence]) -> Table:
    """Draw what is known of versions side by side: a row for each metric, a column for each version."""
    columns, shown = list(found), Table()
    shown.add_column("metric")
    for each in columns:
        shown.add_column(f"{each.label} ({each.weight:.0%} of the units)")
    shown.add_row("units", *(f"{each.units:,}" for each in columns))
    if any(each.strayed for each in columns):
        shown.add_row("strayed at first", *(f"{each.strayed:,}" for each in columns))
    for name in dict.fromkeys(chain.from_iterable(each.metrics for each in columns)):
        shown.add_row(name, *(_measured(each.metrics.get(name)) for each in columns))
    return shown


def line(rollout: Rollout) -> str:
    """Write in one line where a rollout is and what it waits for."""
    waits = f"; waits for {rollout.missing}" if rollout.missing else ""
    return f"{rollout.status} at {rollout.traffic_percent:g} %, {rollout.verdict}: {' '.join(rollout.reasons)}{waits}"


def _ladder(rollout: Rollout) -> str:
    steps = (f"[{each:g}]" if each == rollout.traffic_percent else f"{each:g}" for each in rollout.steps)
    return f"steps  {' > '.join(steps)} %"


def _measured(known: MetricEvidence | None) -> Text:
    if known is None or known.mean is None:
        return cell(None)
    told = number(known.mean)
    if known.gain is not None and known.gain_interval:
        lower, upper = known.gain_interval
        told += f"  gain {known.gain + 0.0:+.4g} [{lower + 0.0:+.4g}, {upper + 0.0:+.4g}]"
    return cell(told)
