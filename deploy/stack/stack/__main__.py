"""Where the stack's commands are run without the rest of the CLI: `python -m stack up`."""

import typer

from stack import commands

app = typer.Typer(help="The local stack.", no_args_is_help=True)
app.command()(commands.up)
app.command()(commands.down)
app.command()(commands.status)

if __name__ == "__main__":
    app()
