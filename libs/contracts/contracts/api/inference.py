"""Where served answers are described as applications report them."""

from typing import Annotated, Any

from pydantic import Field

from contracts.api.outcome import Outcome
from contracts.ids import ItemId, Key
from contracts.message import Message, Moment, Request

Count = Annotated[int, Field(ge=0, le=2**31 - 1)]


class NewInference(Request):
    """An answer that was served; sending the same ``id`` again changes nothing."""

    id: Annotated[ItemId | None, Field(description="Chosen by the application, or made by Ratchet.")] = None
    task: Key
    version_id: ItemId | None = None
    unit: Annotated[str | None, Field(max_length=200)] = None
    session: Annotated[str | None, Field(max_length=200)] = None
    input: Outcome | None = None
    output: Outcome | None = None
    confidence: Annotated[float | None, Field(ge=0, le=1)] = None
    latency_ms: Annotated[float | None, Field(ge=0, le=86_400_000)] = None
    tokens_in: Count | None = None
    tokens_out: Count | None = None
    cost_usd: Annotated[float | None, Field(ge=0, le=1_000_000)] = None
    error: Annotated[str | None, Field(max_length=2_000)] = None
    occurred_at: Moment | None = None
    model: Annotated[
        str | None,
        Field(min_length=1, max_length=200, description="Tells the cost by its price, if none is told."),
    ] = None


class Inference(Message):
    """An answer that was served, as stored."""

    id: str
    task: str
    version_id: str | None
    unit: str | None
    session: str | None
    input: Any
    output: Any
    confidence: float | None
    latency_ms: float | None
    tokens_in: int | None
    tokens_out: int | None
    cost_usd: float | None
    error: str | None
    occurred_at: Moment
    stored_at: Moment
    model: str | None = None
