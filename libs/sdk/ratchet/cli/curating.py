"""Where `ratchet model` registers, compares, approves and sets versions aside."""

from pathlib import Path
from typing import Annotated, Any

import typer

from contracts.api.registration import KeptArtifact, VersionFacts
from contracts.api.version import Bump, Version
from contracts.errors import InvalidInput
from ratchet.cli import differences, files, settings
from ratchet.cli.commands import Cursor, Limit, command
from ratchet.cli.output import record, show, show_page
from ratchet.cli.session import connected
from ratchet.wire.noun import filled

VersionId = Annotated[str, typer.Argument(metavar="VERSION", help="Id of the version.")]
Why = Annotated[str, typer.Option(help="Why; it is told with the event.")]


def add(app: typer.Typer) -> None:
    """Add the commands to `ratchet model`."""
    for each in (compare, register, approve, deprecate, archive, examples):
        command(app)(each)


def compare(a: VersionId, b: VersionId) -> None:
    """Put two versions of a task side by side."""
    with connected() as client:
        found = client.versions.compare(a, b)
    show(found, differences.drawn(found))


def register(
    task: Annotated[str, typer.Argument(help="Name of the task.")],
    file: Annotated[Path | None, typer.Option(help="Its bytes; the task's kind must be able to load them.")] = None,
    uri: Annotated[str | None, typer.Option(help="Where it is kept, if not as a file here.")] = None,
    metric: Annotated[list[str] | None, typer.Option(help="How it measured, name=value; once for each.")] = None,
    bump: Annotated[Bump, typer.Option(help="Which part of the label it raises.")] = Bump.MINOR,
) -> None:
    """Register a version that was made elsewhere; it becomes a candidate."""
    if (file is None) == (uri is None):
        raise InvalidInput("Give either --file or --uri.")
    given: dict[str, Any] = {"metrics": settings.read(metric or ()), "label_bump": bump}
    with connected() as client:
        if file is None:
            made = client.versions.register(task, artifact=filled(KeptArtifact, uri=uri), **given)
        else:
            with files.bar("Uploading") as tell:
                made = client.versions.upload(task, file, filled(VersionFacts, **given), on_progress=tell)
    _show(made)


def approve(version: VersionId, note: Annotated[str, typer.Option(help="What you looked at.")] = "") -> None:
    """Say that a version may serve, where its task asks for a second person."""
    with connected() as client:
        _show(client.versions.approve(version, note=note))


def deprecate(version: VersionId, reason: Why = "set aside by an admin") -> None:
    """Set a version aside."""
    with connected() as client:
        _show(client.versions.deprecate(version, reason=reason))


def archive(version: VersionId, reason: Why = "set aside by an admin") -> None:
    """Set a version aside for good; it may not serve again."""
    with connected() as client:
        _show(client.versions.archive(version, reason=reason))


def examples(version: VersionId, limit: Limit = 20, cursor: Cursor = None) -> None:
    """List the examples that taught a version, with the feedback that they came from."""
    with connected() as client:
        page = client.versions.examples(version, limit=limit, cursor=cursor)
    show_page(page, "example_id", "feedback_key", "inference_id")


def _show(version: Version) -> None:
    show(version, record(version, "card"))
