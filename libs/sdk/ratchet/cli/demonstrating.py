"""Where `ratchet demo` is."""

from typing import Annotated

import typer

from ratchet import access
from ratchet.cli.commands import alone
from ratchet.cli.output import console, for_programs, margin, show
from ratchet.demo.plan import TASK, Plan


@alone
def demo(task: Annotated[str, typer.Option(help="Name of the task to play with.")] = TASK) -> None:
    """Play the main job on sample tickets: corrections become a better version, proven and served."""
    from ratchet.client import Client  # noqa: PLC0415 (HTTP takes its time to load)
    from ratchet.demo import ending, story  # noqa: PLC0415
    from ratchet.demo.stage import Stage  # noqa: PLC0415

    found = access.find(prefer_local=True)
    stage = Stage(margin() if for_programs() else console())
    with Client(found.url, found.api_key) as client:
        outcome = story.play(story.Scene(client, stage, Plan(task=task)))
    show(outcome, ending.drawn(outcome, found))
