"""Where `ratchet redaction` is: what is taken out of texts before they are stored."""

from collections.abc import Iterable
from typing import Annotated

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text

from contracts.api.redaction import Detector, Redaction, RedactionAction, RedactionPreview, RedactionRule
from contracts.errors import InvalidInput
from ratchet.cli.cells import cell
from ratchet.cli.commands import OfTask, command, group
from ratchet.cli.output import show
from ratchet.cli.session import connected

app = group("What is taken out of texts before they are stored.")
Instead = Annotated[RedactionAction, typer.Option("--action", help="What takes the place of what is found.")]


@command(app, "show")
def show_() -> None:
    """Show the rules that are in force."""
    with connected() as client:
        _show(client.redaction.get())


@command(app)
def on(
    detectors: Annotated[list[Detector] | None, typer.Argument(help="Detectors to switch on; all without it.")] = None,
    action: Instead = RedactionAction.MASK,
) -> None:
    """Switch Ratchet's own detectors on, all of them or some."""
    wanted = detectors or list(Detector)
    with connected() as client:
        kept = [rule for rule in client.redaction.get().rules if rule.detector not in wanted or rule.task]
        added = [RedactionRule(detector=each, action=action) for each in wanted]
        _show(client.redaction.set(rules=(*added, *kept)))


@command(app)
def add(
    name: Annotated[str, typer.Argument(help="Stands in brackets for what was found, such as customer-number.")],
    pattern: Annotated[str, typer.Argument(help="Regular expression (RE2), such as 'CUST-[0-9]{6}'.")],
    action: Instead = RedactionAction.MASK,
    replacement: Annotated[str | None, typer.Option(help="Text instead of the name in brackets.")] = None,
    task: OfTask = None,
) -> None:
    """Add a pattern of your own, or change the one of that name."""
    given = {"name": name, "pattern": pattern, "action": action, "replacement": replacement, "task": task}
    with connected() as client:
        kept = _without(client.redaction.get().rules, name, task)
        _show(client.redaction.set(rules=(*kept, given)))  # pyright: ignore[reportArgumentType]


@command(app)
def off(
    names: Annotated[list[str] | None, typer.Argument(help="Names of rules to remove; all without it.")] = None,
    task: OfTask = None,
) -> None:
    """Remove rules, all of them or some."""
    with connected() as client:
        rules = list(client.redaction.get().rules) if names else []
        for name in names or ():
            before, rules = rules, _without(rules, name, task)
            if len(rules) == len(before):
                raise InvalidInput.at("names", f"there is no rule {name!r}" + (f" of task {task!r}" if task else ""))
        _show(client.redaction.set(rules=tuple(rules)))


@command(app)
def preview(
    text: Annotated[str, typer.Argument(help="Text to try the rules on.")],
    task: OfTask = None,
) -> None:
    """Show what would be stored of a text."""
    with connected() as client:
        found = client.redaction.preview(text=text, task=task)
    show(found, Group(Text(found.text or ""), Text(_counted(found), style="dim")))


def _without(rules: Iterable[RedactionRule], name: str, task: str | None) -> list[RedactionRule]:
    return [rule for rule in rules if (rule.label, rule.task) != (name, task)]


def _counted(found: RedactionPreview) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in found.found.items()) or "Nothing was found."


def _show(found: Redaction) -> None:
    drawn = Table("rule", "finds", "action", "replacement", "task", "enabled")
    for rule in found.rules:
        finds = rule.pattern or f"built in: {rule.detector}"
        enabled = "yes" if rule.enabled else "no"
        drawn.add_row(*map(cell, (rule.label, finds, rule.action, rule.replacement, rule.task, enabled)))
    drawn.caption = f"Set by {found.set_by}." if found.set_by else "Nobody has set any; `ratchet redaction on` does."
    drawn.caption_justify = "left"
    show(found, drawn)
