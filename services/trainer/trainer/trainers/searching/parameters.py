"""Where the parameters of a search are named, bounded and explained, for every kind that offers one.

A kind takes them up in its own parameters:

    optimize: Optimized = None
    ensemble: Ensembled = 1
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Optimize(BaseModel):
    """How long to search for better settings than the usual ones."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    trials: int = Field(
        default=20, ge=1, le=500, description="Most settings to try, the usual ones first; each is fitted and measured."
    )
    seconds: float = Field(
        default=300,
        ge=1,
        le=86_400,
        allow_inf_nan=False,
        description="No trial begins after so many seconds. If that comes before the last trial, the training does not "
        "repeat exactly, and its card says so.",
    )


Optimized = Annotated[
    Optimize | None,
    Field(description="Search for better settings, and how long; empty: the usual settings are used."),
]
"""The type of a kind's parameter `optimize`, by default None."""

Ensembled = Annotated[
    int, Field(ge=1, le=10, description="Average the answers of so many of the best candidates; 1: use the best alone.")
]
"""The type of a kind's parameter `ensemble`, by default 1."""
