"""Where the settings of an index are named, bounded and explained."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Language = Literal[
    "arabic",
    "danish",
    "dutch",
    "english",
    "finnish",
    "french",
    "german",
    "greek",
    "hungarian",
    "italian",
    "norwegian",
    "portuguese",
    "romanian",
    "russian",
    "spanish",
    "swedish",
    "tamil",
    "turkish",
    "none",
]


class RagParameters(BaseModel):
    """What may be chosen for one generation of an index; the defaults suit articles, manuals and notes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = Field(
        default=0, ge=0, le=2**31 - 1, description="Number that fixes every random choice, so that a training repeats."
    )
    reindex_all: bool = Field(
        default=False,
        description="Make every passage anew, also those that have not changed since the generation that serves now.",
    )
    chunk_words: int = Field(
        default=200, ge=20, le=2_000, description="Longest passage, in words; longer documents are cut into several."
    )
    overlap_words: int = Field(
        default=40, ge=0, le=1_000, description="Words that neighbouring passages share, in whole sentences."
    )
    dimensions: int = Field(
        default=128, ge=8, le=512, description="Length of the vectors that stand for the meaning of passages."
    )
    language: Language | None = Field(
        default=None,
        description="Language of the documents, so that 'running' finds 'run'; empty: found out from the documents; "
        "'none': words are compared as they are written.",
    )
    weight: float | None = Field(
        default=None,
        ge=0.0,
        le=1.0,
        description="Share of the words in the score of a passage; the rest is that of the meaning. Empty: learnt from "
        "judged queries, 0.7 without them.",
    )
    max_documents: int = Field(
        default=500_000, ge=1, le=5_000_000, description="Most documents to index; a larger collection is refused."
    )

    @model_validator(mode="after")
    def _overlap_is_below_half(self) -> Self:
        if self.overlap_words * 2 > self.chunk_words:
            raise ValueError("overlap_words may be at most half of chunk_words")
        return self
