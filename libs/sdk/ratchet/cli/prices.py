"""Where `ratchet price` is."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from ratchet.cli.commands import command, group
from ratchet.cli.output import margin, record, show, show_page
from ratchet.cli.session import connected

app = group("What the tokens of models cost, by which the cost of answers is worked out.")

_Model = Annotated[str, typer.Argument(help="Name of the model, as answers are reported with it.")]


@command(app, "list")
def list_() -> None:
    """List all prices."""
    with connected() as client:
        show_page(client.prices.list(), "model", "input_usd_per_1m", "output_usd_per_1m", "since", "set_by", "set_at")


@command(app, "set")
def set_(
    model: _Model,
    input_usd: Annotated[float, typer.Option("--input", help="US dollars for a million tokens that go in.")],
    output_usd: Annotated[float, typer.Option("--output", help="US dollars for a million tokens that come out.")],
    since: Annotated[datetime | None, typer.Option(help="For answers given from then on; for all, if missing.")] = None,
) -> None:
    """Set what the tokens of a model cost; it counts for answers that are reported from now on."""
    begins = since and since.astimezone(UTC)
    with connected() as client:
        found = client.prices.set(model, input_usd_per_1m=input_usd, output_usd_per_1m=output_usd, since=begins)
    show(found, record(found))


@command(app)
def delete(model: _Model) -> None:
    """Forget the prices of a model."""
    with connected() as client:
        client.prices.delete(model)
    margin().print(f"The model {model} has no price any more.")
