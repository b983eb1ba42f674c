"""Where the prices of models are described, from which the cost of an answer is worked out if nobody tells it."""

from typing import Annotated

from pydantic import Field, FiniteFloat

from contracts.message import Message, Moment, Request

Rate = Annotated[FiniteFloat, Field(ge=0, le=1_000_000, description="US dollars for a million tokens.")]
ModelName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


class NewPrice(Request):
    """What the tokens of a model cost.

    With ``since`` it holds for answers given from then on; without it for all of them, and replaces what was set
    before. Answers that are stored already keep the cost that they have.
    """

    input_usd_per_1m: Rate
    output_usd_per_1m: Rate
    since: Moment | None = None


class Price(Message):
    """What the tokens of a model cost from a time on; from the beginning, if ``since`` is null."""

    model: str
    input_usd_per_1m: float
    output_usd_per_1m: float
    since: Moment | None
    set_by: str
    set_at: Moment
