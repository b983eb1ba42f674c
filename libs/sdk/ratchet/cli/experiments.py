"""Where `ratchet experiment` is."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from contracts.api.experiment import Experiment, ExperimentStatus
from contracts.errors import InvalidInput
from ratchet.cli import contests, labels, terms
from ratchet.cli.commands import Cursor, Limit, OfTask, Revision, command, group
from ratchet.cli.output import console, for_programs, record, show, show_line, show_page
from ratchet.cli.session import connected
from ratchet.cli.spreading import spread
from ratchet.cli.terms import Limits, Terms

if TYPE_CHECKING:
    from ratchet.client import Client

app = group("Versions side by side until the evidence says which is best.")
Id = Annotated[str, typer.Argument(metavar="EXPERIMENT", help="Id of the experiment.")]
_EVERY_S = 1.0


@dataclass(frozen=True)
class Contest(Limits):
    """How versions are compared, and what becomes of the winner."""

    goal: Annotated[str, typer.Option(help="What decides: a metric, or metric:margin to prove it is not worse.")] = (
        "accuracy"
    )
    name: Annotated[str, typer.Option(help="What it is called.")] = ""
    auto_ship: Annotated[bool, typer.Option("--auto-ship", help="Promote a winner without asking.")] = False
    steps: Annotated[str | None, typer.Option(help="Roll the winner out in these steps, in per cent.")] = None
    interval: Annotated[float, typer.Option(help="Seconds that such a step lasts at least.")] = 600
    reason: Annotated[str, typer.Option(help="Why; kept in the ledger.")] = "started by an admin"

    def given(self) -> dict[str, Any]:
        """Give the fields of a request that were named."""
        found: dict[str, Any] = {"goal": terms.metric(self.goal), "name": self.name, "auto_ship": self.auto_ship}
        if self.steps is not None:
            found["rollout"] = {"steps": terms.percentages(self.steps), "interval_s": self.interval}
        return Limits.given(self) | found | {"reason": self.reason}


@command(app)
@spread
def start(
    task: Annotated[str, typer.Argument(help="Name of the task.")],
    arms: Annotated[
        list[str], typer.Argument(metavar="VERSION[=WEIGHT]…", help="Ids or labels; without weights, equal shares.")
    ],
    *,
    watch: Annotated[bool, typer.Option("--watch", help="Stay until the experiment has ended.")] = False,
    contest: Contest,
) -> None:
    """Let versions serve side by side, each its share of the units."""
    with connected() as client:
        given: dict[str, Any] = contest.given() | {"task": task, "arms": _arms(client, task, arms)}
        _show_or_watch(client, client.experiments.start(**given), watch=watch)


@command(app, "list")
def list_(
    task: OfTask = None,
    status: Annotated[ExperimentStatus | None, typer.Option(help="Only with this status.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List the experiments."""
    with connected() as client:
        page = client.experiments.list(task=task, status=status, limit=limit, cursor=cursor)
    show_page(page, "id", "task", "status", "verdict", "name", "confidence", "recommendation", "created_at")


@command(app, "show")
def show_(experiment: Id) -> None:
    """Show how the versions do, what that says, and what to do next."""
    with connected() as client:
        found = client.experiments.get(experiment)
    show(found, contests.drawn(found))


@command(app)
def stop(
    experiment: Id,
    winner: Annotated[str | None, typer.Option(help="Id or label of the arm that becomes the champion.")] = None,
    reason: Annotated[str, typer.Option(help="Why; kept in the ledger.")] = "stopped by an admin",
    revision: Revision = None,
) -> None:
    """End an experiment; without a winner the champion gets all units."""
    with connected() as client:
        if winner:
            named = {arm.label: arm.version_id for arm in client.experiments.get(experiment).arms}
            winner = named.get(winner, winner)
        found = client.experiments.stop(experiment, winner=winner, reason=reason, revision=revision)
    show(found, f"Experiment {found.id}: {contests.line(found)}")


@command(app)
@spread
def replay(experiment: Id, *, tried: Terms) -> None:
    """Try other terms on the recorded evidence."""
    with connected() as client:
        kept = client.experiments.get(experiment).terms.model_dump()
        found = client.experiments.replay(experiment, **(kept | tried.given()))
    show(found, record(found))


@command(app)
def watch(experiment: Id) -> None:
    """Follow an experiment until it has ended."""
    with connected() as client:
        _show_or_watch(client, client.experiments.get(experiment), watch=True)


def _arms(client: "Client", task: str, written: Sequence[str]) -> list[dict[str, Any]]:
    """Read arms: version=weight, or versions alone, which get equal shares."""
    pairs = [each.partition("=") for each in written]
    if any(equals for _, equals, _ in pairs) and not all(equals for _, equals, _ in pairs):
        raise InvalidInput("Either every version is given a weight, such as 1.2.0=50, or none is.")
    found = [(labels.version_id(client, task, version), _weight(weight, len(pairs))) for version, _, weight in pairs]
    return [{"version_id": version_id, "weight": weight} for version_id, weight in found]


def _weight(written: str, count: int) -> float:
    if not written:
        return 1 / count
    try:
        return float(written.removesuffix("%"))
    except ValueError as wrong:
        raise InvalidInput(f"'{written}' is not a weight, such as 0.5 or 50.") from wrong


def _show_or_watch(client: "Client", experiment: Experiment, *, watch: bool) -> None:
    if not watch:
        follow = f"Follow it with: ratchet experiment watch {experiment.id}"
        show(experiment, f"Experiment {experiment.id}: {contests.line(experiment)}\n{follow}")
        return
    if for_programs():
        _tell_each_change(client, experiment)
    else:
        _refresh(client, experiment)


def _tell_each_change(client: "Client", experiment: Experiment) -> None:
    show_line(experiment, "")
    while experiment.status is ExperimentStatus.RUNNING:
        time.sleep(_EVERY_S)
        before, experiment = experiment, client.experiments.get(experiment.id)
        if experiment != before:
            show_line(experiment, "")


def _refresh(client: "Client", experiment: Experiment) -> None:
    """Draw an experiment anew until it has ended; the last drawing stays."""
    from rich.live import Live  # noqa: PLC0415 (only where it is needed, for a fast start)

    with Live(contests.drawn(experiment), console=console(), auto_refresh=False) as live:
        while experiment.status is ExperimentStatus.RUNNING:
            time.sleep(_EVERY_S)
            experiment = client.experiments.get(experiment.id)
            live.update(contests.drawn(experiment), refresh=live.console.is_terminal)
