"""Where `ratchet retrain` is."""

from datetime import datetime
from typing import Annotated

import typer

from contracts.api.retraining import RetrainDecision
from ratchet.cli import replaying, settings
from ratchet.cli.commands import Cursor, Limit, command, group
from ratchet.cli.output import record, show, show_page
from ratchet.cli.session import connected

app = group("When training is asked for.")
OfOneTask = Annotated[str, typer.Argument(help="Name of the task.")]


@command(app)
def policy(
    task: OfOneTask,
    change: Annotated[
        list[str] | None, typer.Option("--set", help="Change a field, such as min_accuracy=0.9 or enabled=true.")
    ] = None,
) -> None:
    """Show the retrain policy of a task, or change it."""
    with connected() as client:
        found = client.retraining.policy(task)
        if change:
            found = client.retraining.set_policy(task, **{**found.model_dump(), **settings.read(change)})
    show(found, record(found))


@command(app)
def check(task: OfOneTask) -> None:
    """Check the policy now, and show the decision with its reasons."""
    with connected() as client:
        decision = client.retraining.check(task)
    show(decision, _drawn(decision))


@command(app)
def decisions(task: OfOneTask, limit: Limit = 20, cursor: Cursor = None) -> None:
    """List the decisions, the newest first."""
    with connected() as client:
        page = client.retraining.decisions(task, limit=limit, cursor=cursor)
    show_page(page, "at", "fired", "reasons", "asked_by", "id")


@command(app)
def replay(
    task: OfOneTask,
    change: Annotated[
        list[str] | None, typer.Option("--set", help="Replay with a field changed, such as min_accuracy=0.9.")
    ] = None,
    since: Annotated[datetime | None, typer.Option("--from", help="From this time; else the last 30 days.")] = None,
    until: Annotated[datetime | None, typer.Option("--to", help="Up to this time; else up to now.")] = None,
) -> None:
    """Show what the policy, or a changed one, would have done in the past; nothing is changed by it."""
    with connected() as client:
        terms = {**client.retraining.policy(task).model_dump(), **settings.read(change or [])}
        terms |= {"since": since and since.astimezone(), "until": until and until.astimezone()}
        replayed = client.retraining.replay(task, **terms)
    show(replayed, replaying.drawn(replayed))


def _drawn(decision: RetrainDecision) -> str:
    verdict = "Training is asked for" if decision.fired else "No training"
    return "\n".join((f"{verdict}:", *(f"  {reason}" for reason in decision.reasons)))
