"""Where the trainer's settings are declared."""

from typing import Literal, Self

from pydantic import Field, model_validator

from chassis.settings import PlatformSettings


class Settings(PlatformSettings):
    readers: int = Field(default=1, ge=0, le=16, description="Uploads that this process reads at once; 0: none.")
    max_upload_rows: int = Field(default=20_000_000, ge=1, description="Rows of an uploaded file at most.")
    workers: int = Field(default=1, ge=0, le=64, description="Trainings that this process runs at once; 0: none.")
    trainer_executor: Literal["local", "dask"] = Field(
        default="local", description="What carries trainings out: processes of this machine, or a Dask cluster."
    )
    dask_scheduler: str = Field(default="", description="Address of the Dask scheduler: tcp://host:8786 or tls://….")
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

    @model_validator(mode="after")
    def _knows_its_scheduler(self) -> Self:
        if self.trainer_executor == "dask" and not self.dask_scheduler:
            raise ValueError("RATCHET_TRAINER_EXECUTOR=dask needs RATCHET_DASK_SCHEDULER.")
        return self
