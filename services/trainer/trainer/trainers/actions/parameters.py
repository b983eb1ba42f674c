"""Where the settings of an actions training are named, bounded and explained."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Weight = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]


class ActionsParameters(BaseModel):
    """What may be chosen for one training; the defaults suit rules that are shown a few times a day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    weights: dict[str, Weight] = Field(
        default_factory=dict,
        max_length=1_000,
        description="Today's weight of each signal, in the units of its column; needed only until a version serves. "
        "Signals that are not named weigh nothing; with no weights at all, every signal counts alike.",
    )
    threshold: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="Score from which a rule is recommended as long as it has no threshold of its own.",
    )
    target_precision: float = Field(
        default=0.7,
        gt=0,
        lt=1,
        description="Share of recommendations that people should accept for sure; sets the threshold of each rule.",
    )
    min_outcomes: int = Field(
        default=30, ge=1, le=100_000, description="Outcomes that a rule needs before its threshold may change."
    )
    confidence: float = Field(
        default=0.95, ge=0.5, le=0.999, description="How sure thresholds and the proof of a gain have to be."
    )
    caution: float | None = Field(
        default=None,
        ge=0.01,
        le=1_000_000,
        description="How strongly weights are held to today's; empty: chosen by replaying a part of the training rows.",
    )
    seed: int = Field(
        default=0,
        ge=0,
        le=2**31 - 1,
        description="Taken as by every kind; nothing here is random, so it has no effect.",
    )
