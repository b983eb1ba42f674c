"""Where the settings of a risk training are named, bounded and explained."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from trainer.trainers.searching.parameters import Optimized

Name = Annotated[str, Field(min_length=1, max_length=200)]


class RiskParameters(BaseModel):
    """What may be chosen for one training; the defaults suit tables of deliveries, credits, customers or machines."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = Field(
        default=0, ge=0, le=2**31 - 1, description="Number that fixes every random choice, so that a training repeats."
    )
    positive: Name | None = Field(
        default=None,
        description="The label that is the risk, such as 'late'; empty: the one that sounds like it, else the rarer.",
    )
    method: Literal["auto", "boosting", "linear", "forest"] = Field(
        default="auto",
        description="How to learn: boosted trees, a logistic regression or a random forest; auto: what measures best.",
    )
    ensemble: int = Field(
        default=3,
        ge=1,
        le=10,
        description="Most of the best candidates to average, as many as measure best together; 1: the best alone.",
    )
    optimize: Optimized = None
    calibrate: Literal["auto", "always", "never"] = Field(
        default="auto",
        description="Whether to correct probabilities; auto: if that brings them closer to what happened.",
    )
    threshold: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Probability from which a row is called a risk; empty: learnt, so that F1 is highest.",
    )
    max_rows: int = Field(
        default=500_000,
        ge=50,
        le=5_000_000,
        description="Most rows to learn from; of more, the newest, or without dates a random part.",
    )
    ignore: tuple[Name, ...] = Field(
        default=(),
        max_length=1_000,
        description="Columns not to learn from, such as those that are only known afterwards.",
    )
