"""Where an experiment is drawn for people: a row for each arm, with a whisker that shows how sure its number is."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from contracts.api.experiment import Experiment
from contracts.api.performance import ArmEvidence, MetricEvidence
from ratchet.cli.cells import cell, number
from ratchet.cli.output import record

_HIDDEN = ("terms", "arms", "srm", "phase_id", "restated", "recommendation", "verdict", "confidence", "reasons")
_WIDTH = 25


def drawn(experiment: Experiment) -> RenderableType:
    """Draw an experiment: what it is, how its arms do, what that says, and what to do next."""
    return Group(record(experiment, *_HIDDEN), arms(experiment), metrics(experiment.arms), _said(experiment))


def arms(experiment: Experiment) -> Table:
    """Draw what is known of the goal: a row for each arm."""
    goal = experiment.terms.goal.metric if experiment.terms.goal else "goal"
    shown = Table("version", "role", "share", "units", "n", goal, _axis(experiment.arms), "gain")
    for arm in experiment.arms:
        known = arm.metrics.get(goal, MetricEvidence(n=arm.n))
        place = (cell(arm.label or arm.version_id), arm.role, f"{arm.weight:.4g}", f"{arm.units:,}", f"{arm.n:,}")
        shown.add_row(*place, cell(arm.mean), _whisker(arm, _span(experiment.arms)), _gain(known))
    return shown


def metrics(found: Sequence[ArmEvidence]) -> Table:
    """Draw what is known of all metrics: a row for each, a column for each arm."""
    shown = Table("metric", *(arm.label or arm.version_id for arm in found))
    for name in dict.fromkeys(name for arm in found for name in arm.metrics):
        shown.add_row(name, *(_measured(arm.metrics.get(name)) for arm in found))
    return shown


def line(experiment: Experiment) -> str:
    """Write in one line where an experiment is and what it waits for."""
    units = f"{sum(arm.units for arm in experiment.arms):,} units"
    waits = f"; waits for {experiment.missing}" if experiment.missing else ""
    reasons = " ".join(experiment.reasons)
    return f"{experiment.status}, {units}, {experiment.verdict} ({experiment.confidence:.0%} sure): {reasons}{waits}"


def _said(experiment: Experiment) -> Text:
    said = Text.assemble("verdict     ", cell(experiment.verdict), f", {experiment.confidence:.1%} sure\n")
    for reason in experiment.reasons:
        said.append(f"            {reason}\n")
    if experiment.srm and experiment.srm.mismatch:
        said.append("            The units do not arrive in the shares of the route.\n", style="red")
    if experiment.restated:
        changed = "changes" if experiment.restated.changed else "confirms"
        said.append(f"late        What came late {changed} it: {' '.join(experiment.restated.reasons)}\n")
    return said.append(f"next        {experiment.recommendation}", style="bold")


def _span(found: Sequence[ArmEvidence]) -> tuple[float, float] | None:
    ends = [end for arm in found if arm.interval for end in arm.interval]
    return (min(ends), max(ends)) if ends and min(ends) < max(ends) else None


def _axis(found: Sequence[ArmEvidence]) -> str:
    span = _span(found)
    if span is None:
        return "interval"
    lower, upper = (number(end) for end in span)
    return f"{lower}{upper:>{_WIDTH - len(lower)}}"


def _whisker(arm: ArmEvidence, span: tuple[float, float] | None) -> Text:
    if span is None or arm.interval is None or arm.mean is None:
        return cell(None)
    lower, mean, upper = (_place(value, span) for value in (arm.interval[0], arm.mean, arm.interval[1]))
    drawn_ = [" "] * lower + ["─"] * (upper - lower + 1)
    drawn_[lower], drawn_[upper], drawn_[mean] = "├", "┤", "●"
    return Text("".join(drawn_).ljust(_WIDTH))


def _place(value: float, span: tuple[float, float]) -> int:
    return round((value - span[0]) / (span[1] - span[0]) * (_WIDTH - 1))


def _gain(known: MetricEvidence) -> Text:
    if known.gain is None or known.gain_interval is None:
        return cell(None)
    lower, upper = known.gain_interval
    return cell(f"{known.gain:+.4g} [{lower:+.4g}, {upper:+.4g}]")


def _measured(known: MetricEvidence | None) -> Text:
    if known is None or known.mean is None:
        return cell(None)
    gain = _gain(known).plain
    return cell(f"{number(known.mean)}  {gain}" if known.gain is not None else number(known.mean))
