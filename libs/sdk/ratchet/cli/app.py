"""Where the command line begins."""

from typing import Annotated

import typer

from ratchet.cli.loading import Loading
from ratchet.cli.output import answering
from ratchet.cli.session import working_in

app = typer.Typer(name="ratchet", cls=Loading, no_args_is_help=True, pretty_exceptions_show_locals=False)


@app.callback()
def ratchet(
    context: typer.Context,
    *,
    tenant: Annotated[str | None, typer.Option(help="The tenant to work in, for super admins.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else; commands take it too.")] = False,
) -> None:
    """Ratchet keeps your AI features improving, and never lets them slip back."""
    context.with_resource(answering(as_json=json))
    context.with_resource(working_in(tenant))


def main() -> None:
    """Run the command line."""
    app()
