"""Where the settings of the feedback service are declared."""

from pydantic import Field

from chassis.settings import RetentionSettings


class Settings(RetentionSettings):
    """The settings of the feedback service."""

    retrain_check_s: float = Field(default=30.0, gt=0, description="Seconds between two checks of a retrain policy.")
    decision_days_in_full: float = Field(
        default=7, ge=0, description="Days after which retrain checks in which nothing was new are folded into one."
    )
    decision_retention_days: float = Field(
        default=90, ge=1, le=36_500, description="Days that retrain decisions are kept, to be shown and replayed."
    )
    shape_retention_days: int = Field(
        default=400, ge=62, le=36_500, description="Days that the counts are kept which drift is measured on."
    )
    hours_kept_days: int = Field(
        default=90, ge=2, le=3_650, description="Days for which metrics are kept by hour; older ones are kept by day."
    )
