"""Where the settings of a forecast training are named, bounded and explained."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from trainer.trainers.searching.parameters import Ensembled, Optimized

FrequencyName = Literal[
    "step", "minutely", "quarter-hourly", "half-hourly", "hourly", "daily", "business-daily", "weekly", "monthly",
    "quarterly", "yearly",
]  # fmt: skip
Missing = Literal["auto", "zero", "interpolate", "last"]


class ForecastParameters(BaseModel):
    """What may be chosen for one training; the defaults suit sales, stock, traffic and the like, of any frequency."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    horizon: int | None = Field(
        default=None,
        ge=1,
        le=1_000,
        description="Steps to forecast; empty: by frequency, such as 13 weeks or 12 months, fewer for short series.",
    )
    frequency: FrequencyName | None = Field(
        default=None, description="How far apart the dates of a series are; empty: found from the dates."
    )
    season_length: int | None = Field(
        default=None,
        ge=1,
        le=10_000,
        description="Steps after which the pattern repeats, 1 for none; empty: by frequency, such as 52 weeks.",
    )
    start_date: str | None = Field(
        default=None, max_length=40, description="Rows before this date (or step) are left out; empty: none are."
    )
    end_date: str | None = Field(
        default=None, max_length=40, description="Rows after this date (or step) are left out; empty: none are."
    )
    level: float = Field(
        default=0.9, ge=0.5, le=0.99, description="Share of actual values that should lie between lower and upper."
    )
    method: str = Field(
        default="auto",
        max_length=40,
        description="'auto' averages what has proved best; otherwise the name of one method, such as 'dynamic_theta'.",
    )
    non_negative: bool | None = Field(
        default=None, description="Whether forecasts may not fall below 0; empty: if no value is negative."
    )
    missing: Missing = Field(
        default="auto",
        description="What a date without a row means; 'auto': zero where zeros are never written, else unknown.",
    )
    duplicates: Literal["sum", "mean", "last"] = Field(
        default="sum", description="How several rows of one series and date (or period) become one value."
    )
    max_history: int = Field(
        default=3_000, ge=20, le=100_000, description="Most steps of a series to look at, the newest ones."
    )
    max_series: int = Field(
        default=100_000, ge=1, le=1_000_000, description="Most series of one training; of more, nothing is trained."
    )
    max_rows: int = Field(
        default=100_000, ge=1_000, le=5_000_000, description="Most rows that the model of all series learns from."
    )
    seed: int = Field(
        default=0,
        ge=0,
        le=2**31 - 100,
        description="Number that fixes every random choice, so that a training repeats.",
    )
    optimize: Optimized = None
    ensemble: Ensembled = 1
