"""Where the command line begins."""

import typer

from ratchet.cli.loading import Loading

app = typer.Typer(name="ratchet", cls=Loading, no_args_is_help=True, pretty_exceptions_show_locals=False)


@app.callback()
def ratchet() -> None:
    """Ratchet keeps your AI features improving, and never lets them slip back."""


def main() -> None:
    """Run the command line."""
    app()
