"""Where the settings of a chat training are named, bounded and explained."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

INSTRUCTIONS = (
    "You are a helpful assistant. Answer in the language of the question, briefly and to the point, in the manner of "
    "the examples. If you do not know the answer, say so."
)


class ChatParameters(BaseModel):
    """What may be chosen for one training; the defaults suit support questions with short answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Literal["few_shot"] = Field(
        default="few_shot",
        description="How to learn: few_shot puts the most telling examples into the prompt.",
    )
    system: str = Field(
        default=INSTRUCTIONS,
        min_length=1,
        max_length=50_000,
        pattern=r"\S",
        description="Instructions that the prompt begins with; the examples follow them.",
    )
    examples: int = Field(default=8, ge=1, le=200, description="Most examples in the prompt.")
    budget_tokens: int = Field(
        default=2_000,
        ge=50,
        le=50_000,
        description="Most tokens of instructions and examples together, as estimated: four plain characters are one "
        "token, and so is every other character.",
    )
    diversity: float = Field(
        default=0.5,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="How much examples should differ from one another: 0 takes the most typical ones, 1 the most "
        "different ones.",
    )
    dynamic: bool = Field(
        default=False,
        description="Whether the conversation made for a question carries the examples nearest to it, instead of those "
        "of the prompt.",
    )
    max_samples: int = Field(
        default=50_000, ge=10, le=200_000, description="Most examples to know; of more, a random part is taken."
    )
    seed: int = Field(
        default=0, ge=0, le=2**31 - 1, description="Number that fixes every random choice, so that a training repeats."
    )
