"""Where the settings of a classification training are named, bounded and explained."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from trainer.trainers.searching.parameters import Ensembled, Optimized

MOST_OUTPUTS = 20


def _listed(given: object) -> object:
    """Names may come as one text with commas, as people type them."""
    return [name.strip() for name in given.split(",") if name.strip()] if isinstance(given, str) else given


OutputName = Annotated[str, Field(min_length=1, max_length=100)]
OutputNames = Annotated[tuple[OutputName, ...], BeforeValidator(_listed)]


class ClassificationParameters(BaseModel):
    """What may be chosen for one training; the defaults suit support tickets, questions and short messages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = Field(
        default=0, ge=0, le=2**31 - 1, description="Number that fixes every random choice, so that a training repeats."
    )
    outputs: OutputNames = Field(
        default=(),
        max_length=MOST_OUTPUTS,
        description="Columns to learn, the most important first; empty: 'label', and every other column that is filled "
        "with few different values.",
    )
    unknown_label: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="Label of rows that belong to none of the others; they teach when a text is unknown. "
        "Empty: the least sure answers are marked unknown.",
    )
    max_samples: int = Field(
        default=200_000, ge=10, le=1_000_000, description="Most rows to learn from; of more, a random part is taken."
    )
    max_features: int = Field(
        default=100_000,
        ge=100,
        le=1_000_000,
        description="Most words and pieces of words to know, the most frequent first; one half of it for each.",
    )
    min_rows: int | None = Field(
        default=None,
        ge=1,
        le=100,
        description="Fewest rows a word or piece must occur in to be learnt; empty: 1 below 1,000 rows, else 2.",
    )
    word_run: int = Field(default=2, ge=1, le=3, description="Longest run of neighbouring words learnt as one.")
    character_run: int = Field(
        default=5, ge=3, le=6, description="Longest piece of a word, in characters; pieces bridge misspellings."
    )
    c: float = Field(
        default=1.0,
        ge=0.01,
        le=100.0,
        allow_inf_nan=False,
        description="How closely to follow the training rows; lower it if many of their labels are wrong.",
    )
    optimize: Optimized = None
    ensemble: Ensembled = 1
