"""Where the trainer's settings are declared."""

from pydantic import Field

from chassis.settings import ChassisSettings


class Settings(ChassisSettings):
    artifacts_url: str = Field(
        default=".ratchet/artifacts", description="Where artifacts and snapshots are kept: a folder or an fsspec URL."
    )
    workers: int = Field(default=1, ge=0, le=64, description="Trainings that this process runs at once; 0: none.")
    max_training_runtime_minutes: float = Field(
        default=60, gt=0, description="Minutes after which an attempt at a training is stopped and the job fails."
    )
    max_training_memory_mb: int = Field(
        default=4096, ge=64, description="Megabytes of memory at which a training is stopped and the job fails."
    )
    max_collecting_minutes: float = Field(
        default=10, gt=0, description="Minutes that a training waits for examples while other services are away."
    )
    max_registering_minutes: float = Field(
        default=15, gt=0, description="Minutes that a trained job waits for its version to be registered."
    )
    lease_seconds: float = Field(
        default=15, ge=1, description="Seconds after which a silent worker's job is given to another."
    )
    models_in_memory: int = Field(default=8, ge=1, description="Artifacts kept loaded for predictions.")
