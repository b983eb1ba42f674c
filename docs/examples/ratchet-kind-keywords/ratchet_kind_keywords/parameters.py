"""Where the settings of a keywords training are named, bounded and explained."""

from pydantic import BaseModel, ConfigDict, Field


class KeywordsParameters(BaseModel):
    """What may be chosen for one training; forms are made from it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: int = Field(default=50, ge=1, le=10_000, description="Most telltale words to keep for each label.")
    min_rows: int = Field(default=2, ge=1, le=1_000, description="Texts that a word must occur in to be learnt.")
    seed: int = Field(default=0, ge=0, description="Taken as by every kind; nothing here is random.")
