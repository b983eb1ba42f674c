"""Where it is described how far what comes in and goes out may move before a version is trained anew."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from contracts.message import Message, Moment, Request


class DriftPolicy(Request):
    """How far the days of the window may lie from those that a version was trained on; what is null is not watched.

    Only what is certainly more than the usual differences between days counts: each limit says how much of that is
    too much. The population stability index is 0 for no change, from 0.1 on moderate, from 0.25 on large.
    """

    psi: Annotated[float | None, Field(gt=0, le=100, description="Most stability index of a feature.")] = 0.2
    words: Annotated[
        float | None, Field(gt=0, le=100, description="Most stability index of words, half of which are in any text.")
    ] = 0.1
    ks: Annotated[
        float | None, Field(gt=0, le=1, description="Most Kolmogorov-Smirnov distance of numbers and lengths.")
    ] = 0.2
    new_categories: Annotated[
        float | None, Field(gt=0, le=1, description="Most share of values or labels that there were none of before.")
    ] = 0.1
    window_days: Annotated[int, Field(ge=1, le=30, description="Days, up to now, that are compared.")] = 7
    fields: Annotated[
        tuple[str, ...] | None, Field(max_length=50, description="The fields of inputs that are watched; null for all.")
    ] = None


class FeatureDrift(Message):
    """How far one feature moved; ``certain`` names the numbers that are more than the usual difference of days."""

    feature: str
    field: str
    before: int
    now: int
    psi: float
    ks: float | None
    new_categories: float | None
    certain: tuple[Literal["psi", "ks", "new_categories"], ...]


class DriftSide(Message):
    """What was compared of inputs or of outputs: the days, and the features that moved most, those first."""

    reference_from: date
    reference_to: date
    current_from: date
    current_to: date
    features: tuple[FeatureDrift, ...]


class MeasuredDrift(Message):
    """How far inputs moved since the last training, and the champion's outputs since it serves; null where unknown."""

    measured_at: Moment
    inputs: DriftSide | None
    outputs: DriftSide | None
