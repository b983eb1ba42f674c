"""Where commands are found by name and loaded when they are called, Ratchet's own and those of other packages.

Other packages join with entry points of the group ``ratchet.commands``, which name a function or a typer application.
The list of commands shows what is written in their source, so that it need not import any of them.
"""

import ast
from collections.abc import Callable
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

GROUP = "ratchet.commands"
OWN = {
    "demo": "ratchet.cli.demonstrating:demo",
    "login": "ratchet.cli.login:login",
    "join": "ratchet.cli.login:join",
    "logout": "ratchet.cli.login:logout",
    "whoami": "ratchet.cli.login:whoami",
    "password": "ratchet.cli.login:password",
    "session": "ratchet.cli.sessions:app",
    "user": "ratchet.cli.people:app",
    "task": "ratchet.cli.tasks:app",
    "dataset": "ratchet.cli.datasets:app",
    "train": "ratchet.cli.training:app",
    "model": "ratchet.cli.models:app",
    "rollout": "ratchet.cli.rollouts:app",
    "prompt": "ratchet.cli.prompts:app",
    "experiment": "ratchet.cli.experiments:app",
    "resolve": "ratchet.cli.predicting:resolve",
    "predict": "ratchet.cli.predicting:predict",
    "inference": "ratchet.cli.inferences:app",
    "feedback": "ratchet.cli.feedback:app",
    "redaction": "ratchet.cli.redaction:app",
    "examples": "ratchet.cli.examples:app",
    "metrics": "ratchet.cli.metrics:metrics",
    "price": "ratchet.cli.prices:app",
    "insights": "ratchet.cli.insights:insights",
    "health": "ratchet.cli.health:health",
    "monitors": "ratchet.cli.monitors:app",
    "alerts": "ratchet.cli.alerts:app",
    "retrain": "ratchet.cli.retraining:app",
    "erase": "ratchet.cli.erasing:erase",
    "erasures": "ratchet.cli.erasing:app",
    "events": "ratchet.cli.events:app",
    "audit": "ratchet.cli.auditing:app",
    "dead-letters": "ratchet.cli.dead_letters:app",
    "key": "ratchet.cli.keys:app",
    "nats": "ratchet.cli.nats_credentials:app",
    "webhook": "ratchet.cli.webhooks:app",
    "tenant": "ratchet.cli.tenants:app",
    "plan": "ratchet.cli.plans:app",
    "settings": "ratchet.cli.switches:app",
}


class Loading(TyperGroup):
    """The top level."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 (typer keeps the type of its context to itself)
        """List the commands: those of others first, because they start what the rest talks to."""
        return list(_known())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002
        """Give a command's name and what it is about, without loading it; None for one that cannot be loaded."""
        point = _known().get(cmd_name)
        about = _about(point) if point else None
        return None if about is None else TyperCommand(cmd_name, help=about)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401
        """Load the command that is called; a word that is none is answered with the nearest that is."""
        known = _known()
        meant = get_close_matches(args[0], known, n=1) if args and args[0] not in known else []
        if meant and not ctx.resilient_parsing:
            ctx.fail(f"No such command '{args[0]}'. Did you mean '{meant[0]}'?")
        name, command, rest = super().resolve_command(ctx, args)
        return name, _loaded(known[name]) if name in known else command, rest


def _known() -> dict[str, EntryPoint]:
    own = {name: EntryPoint(name, place, GROUP) for name, place in OWN.items()}
    others = {point.name: point for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)}
    return {name: point for name, point in others.items() if name not in own} | own


def _about(point: EntryPoint) -> str | None:
    try:
        spec = find_spec(point.module)
    except ImportError:
        return None
    if spec is None or spec.origin is None:
        return None
    for statement in ast.parse(Path(spec.origin).read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.FunctionDef) and statement.name == point.attr:
            return (ast.get_docstring(statement) or "").partition("\n\n")[0]
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == point.attr:
            return _first_text(statement.value)
    return ""


def _first_text(value: ast.expr) -> str:
    texts = (node.value for node in ast.walk(value) if isinstance(node, ast.Constant))
    return next((text for text in texts if isinstance(text, str)), "")


def _loaded(point: EntryPoint) -> object:
    try:
        plugin: typer.Typer | Callable[..., None] = point.load()
    except ImportError as missing:
        typer.echo(f"`ratchet {point.name}` cannot be loaded here: {missing}.", err=True)
        raise typer.Exit(1) from missing
    made = typer.main.get_command(plugin if isinstance(plugin, typer.Typer) else _application(plugin))
    made.name = point.name
    return made


def _application(function: Callable[..., None]) -> typer.Typer:
    application = typer.Typer(add_completion=False)
    application.command()(function)
    return application
