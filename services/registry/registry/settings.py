"""Where the registry's settings are declared."""

from pydantic import Field

from chassis.settings import ChassisSettings


class Settings(ChassisSettings):
    """What the registry is told from outside."""

    reconcile_s: float = Field(
        default=60.0, gt=0, description="Seconds between comparisons of the routes in NATS with those in Postgres."
    )
    health_check_s: float = Field(
        default=60.0, gt=0, description="Seconds after which a task that serves something is looked at again."
    )
