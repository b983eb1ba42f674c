"""Where predictions with the served version are described."""

from typing import Annotated, Any

from pydantic import Field

from contracts.message import Message, Request


class NewPrediction(Request):
    """Up to 1,000 inputs; all of them get the version that ``unit`` is assigned to."""

    inputs: Annotated[tuple[dict[str, Any], ...], Field(min_length=1, max_length=1000)]
    unit: Annotated[str | None, Field(max_length=200)] = None


class Predictions(Message):
    """One prediction an input, in order; each carries ``inference_id`` for feedback, and ``version_id``."""

    predictions: tuple[dict[str, Any], ...]
    version_id: str
    revision: int
