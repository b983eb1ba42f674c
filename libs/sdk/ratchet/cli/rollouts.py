"""Where `ratchet rollout` is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from contracts.api.rollout import Rollout, RolloutStatus
from contracts.errors import DomainError
from ratchet.cli import labels, ramps, terms
from ratchet.cli.commands import Cursor, Limit, OfTask, Revision, command, group
from ratchet.cli.output import console, for_programs, record, show, show_line, show_page
from ratchet.cli.session import connected
from ratchet.cli.spreading import spread
from ratchet.cli.terms import Terms

if TYPE_CHECKING:
    from ratchet.client import Client

app = group("Candidates on their way to all units, step by step.")
Id = Annotated[str, typer.Argument(metavar="ROLLOUT", help="Id of the rollout.")]
Why = Annotated[str, typer.Option(help="Why; kept in its history.")]


class NotTakenOver(DomainError):
    """The rollout ended without its version taking over."""


@dataclass(frozen=True)
class Ramp(Terms):
    """How a version gets more and more of the units."""

    steps: Annotated[str | None, typer.Option(help="Per cent of the units, rising: 10,25,50,100.")] = None
    interval: Annotated[float | None, typer.Option(help="Seconds that a step lasts at least.")] = None
    reason: Annotated[str, typer.Option(help="Why; kept in its history.")] = "rolled out by an admin"

    def given(self) -> dict[str, Any]:
        """Give the fields of a request that were named."""
        steps = {"steps": terms.percentages(self.steps)} if self.steps is not None else {}
        interval = {"interval_s": self.interval} if self.interval is not None else {}
        return Terms.given(self) | steps | interval | {"reason": self.reason}


@command(app)
@spread
def start(
    task: Annotated[str, typer.Argument(help="Name of the task.")],
    version: Annotated[str, typer.Argument(help="Id of the version, or its label.")],
    *,
    watch: Annotated[bool, typer.Option("--watch", help="Stay until the rollout has ended.")] = False,
    ramp: Ramp,
) -> None:
    """Give a version more and more of the units, as long as nothing speaks against it."""
    with connected() as client:
        version_id = labels.version_id(client, task, version)
        found = client.rollouts.start(task=task, version_id=version_id, **ramp.given())
        _show_or_watch(client, found, watch=watch)


@command(app, "list")
def list_(
    task: OfTask = None,
    status: Annotated[RolloutStatus | None, typer.Option(help="Only with this status.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List the rollouts."""
    with connected() as client:
        page = client.rollouts.list(task=task, status=status, limit=limit, cursor=cursor)
    show_page(page, "id", "task", "status", "traffic_percent", "verdict", "missing", "created_at")


@command(app, "show")
def show_(rollout: Id) -> None:
    """Show where a rollout is, how both versions do, and its history."""
    with connected() as client:
        found = client.rollouts.get(rollout)
    show(found, ramps.drawn(found))


@command(app)
def pause(rollout: Id, reason: Why = "", revision: Revision = None) -> None:
    """Keep the units as they are; guardrails still take the version back."""
    with connected() as client:
        _show_line(client.rollouts.pause(rollout, reason=reason, revision=revision))


@command(app)
def resume(rollout: Id, reason: Why = "", revision: Revision = None) -> None:
    """Let a rollout go on; what paused it does not pause it again in this step."""
    with connected() as client:
        _show_line(client.rollouts.resume(rollout, reason=reason, revision=revision))


@command(app)
def advance(rollout: Id, reason: Why = "", revision: Revision = None) -> None:
    """Take the next step at once; the last one makes the version the champion."""
    with connected() as client:
        _show_line(client.rollouts.advance(rollout, reason=reason, revision=revision))


@command(app)
def abort(rollout: Id, reason: Why = "", revision: Revision = None) -> None:
    """Give the champion all units back, at once."""
    with connected() as client:
        _show_line(client.rollouts.abort(rollout, reason=reason, revision=revision))


@command(app)
def retry(rollout: Id, reason: Why = "", revision: Revision = None) -> None:
    """Begin a rollout that was aborted or rolled back anew, from its first step."""
    with connected() as client:
        _show_line(client.rollouts.retry(rollout, reason=reason, revision=revision))


@command(app)
@spread
def replay(rollout: Id, *, tried: Terms) -> None:
    """Try other terms on the recorded evidence of the last step."""
    with connected() as client:
        given = tried.given()
        kept = client.rollouts.get(rollout).terms.model_dump()
        found = client.rollouts.replay(rollout, **(kept | given))
    show(found, record(found))


@command(app)
def watch(rollout: Id) -> None:
    """Follow a rollout until it has ended."""
    with connected() as client:
        _show_or_watch(client, client.rollouts.get(rollout), watch=True)


def _show_or_watch(client: "Client", rollout: Rollout, *, watch: bool) -> None:
    if not watch:
        show(
            rollout,
            f"Rollout {rollout.id} is {ramps.line(rollout)}\nFollow it with: ratchet rollout watch {rollout.id}",
        )
        return
    rollout = _followed(client, rollout)
    if rollout.status is not RolloutStatus.COMPLETED:
        raise NotTakenOver(f"The rollout was {str(rollout.status).replace('_', ' ')}. {' '.join(rollout.reasons)}")


def _followed(client: "Client", rollout: Rollout) -> Rollout:
    """Say where a rollout is whenever something is done about it, until it has ended."""
    _say(rollout)
    for _ in client.rollouts.events(rollout.id):
        before, rollout = rollout, client.rollouts.get(rollout.id)
        if ramps.line(rollout) != ramps.line(before):
            _say(rollout)
    return rollout


def _say(rollout: Rollout) -> None:
    if for_programs():
        show_line(rollout, "")
    else:
        console().print(ramps.line(rollout), markup=False)


def _show_line(rollout: Rollout) -> None:
    show(rollout, f"Rollout {rollout.id} is {ramps.line(rollout)}")
