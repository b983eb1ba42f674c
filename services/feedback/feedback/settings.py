"""Where the settings of the feedback service are declared."""

from pydantic import Field

from chassis.settings import ChassisSettings


class Settings(ChassisSettings):
    """The settings of the feedback service."""

    retrain_check_s: float = Field(default=30.0, gt=0, description="Seconds between two checks of a retrain policy.")
