"""Where the settings of a workflows training are named, bounded and explained."""

from pydantic import BaseModel, ConfigDict, Field


class WorkflowsParameters(BaseModel):
    """What may be chosen for one training; the defaults suit logs of a few hundred outcomes and more."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    edited: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="What a template that people edited before they used it counts; accepted counts 1, skipped 0.",
    )
    max_context: int = Field(
        default=3, ge=0, le=6, description="Most columns of context to tell apart; only those that help are used."
    )
    confidence: float = Field(
        default=0.95, ge=0.5, le=0.999, description="How sure the proof of a gain has to be before anything changes."
    )
    seed: int = Field(
        default=0,
        ge=0,
        le=2**31 - 1,
        description="Taken as by every kind; nothing here is random, so it has no effect.",
    )
