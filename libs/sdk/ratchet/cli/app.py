"""Where the command line begins."""

from typing import Annotated

import typer

from ratchet.cli.loading import Loading
from ratchet.cli.output import answering

app = typer.Typer(name="ratchet", cls=Loading, no_args_is_help=True, pretty_exceptions_show_locals=False)


@app.callback()
def ratchet(
    context: typer.Context,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else; commands take it too.")] = False,
) -> None:
    """Ratchet keeps your AI features improving, and never lets them slip back."""
    context.with_resource(answering(as_json=json))


def main() -> None:
    """Run the command line."""
    app()
