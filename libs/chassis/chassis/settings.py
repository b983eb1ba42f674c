"""Where the settings that every service has are declared; each comes from the environment variable RATCHET_<NAME>."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.api.setting import SettingValues
from contracts.api.setting_types import LONGEST_RUNTIME_MINUTES, kept_days

_FILE_TYPES = r"^(csv|jsonl|json|parquet)(,(csv|jsonl|json|parquet))*$"


class ChassisSettings(BaseSettings):
    """Addresses, secrets and limits of one service."""

    model_config = SettingsConfigDict(env_prefix="RATCHET_", extra="ignore", frozen=True)

    database_url: str = Field(description="Postgres URL of the service's own role and database.")
    database_connections: int = Field(default=8, ge=2, le=100, description="Postgres connections at most.")
    nats_url: str = Field(default="nats://127.0.0.1:4222", description="NATS servers, separated by commas.")
    nats_seed: str = Field(default="", description="Seed of the service's nkey; empty for a server without users.")
    stream_replicas: int = Field(default=1, ge=1, le=5, description="NATS servers that keep each stream: 3 of three.")
    host: str = Field(default="127.0.0.1", description="Address to listen on for HTTP.")
    health_port: int = Field(default=0, ge=0, le=65535, description="Port of /livez, /readyz and /metrics; 0: none.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least level logged.")
    log_format: Literal["json", "console"] = Field(default="json", description="One JSON object a line, or colours.")
    traces_url: str = Field(default="", description="OTLP/HTTP endpoint for traces; empty: none are sent.")
    relay_poll_s: float = Field(default=1.0, gt=0, description="Seconds between looks for events left in the outbox.")
    event_retention_days: int = Field(default=7, ge=1, description="Days that the event stream keeps events.")
    ingest_max_gb: float = Field(default=4.0, gt=0, description="Size at which the ingest stream refuses more.")
    ingest_max_messages: int = Field(
        default=500_000, ge=1, description="Messages of one tenant and sort waiting in the ingest stream at most."
    )

    def defaults(self) -> SettingValues:
        """Give what holds where nobody set anything over HTTP, as far as this service is told."""
        named = self.model_dump(include=set(SettingValues.model_fields))
        return SettingValues.model_validate(named)


class FileSettings(ChassisSettings):
    """Where the files are that the gateway and the trainer share, and how large uploads may be."""

    artifacts_url: str = Field(
        default=".ratchet/artifacts",
        description="Where artifacts, snapshots and uploads are kept: a folder or an fsspec URL; the same everywhere.",
    )
    max_upload_mb: float = Field(
        default=1024, gt=0, le=102_400, description="Megabytes of an uploaded file at most, packed and unpacked."
    )


class PlatformSettings(FileSettings):
    """What holds on the platform until somebody sets something else over HTTP; the same for gateway and trainer."""

    training_enabled: bool = Field(default=True, description="Whether trainings are accepted, and begun.")
    max_training_runtime_minutes: float = Field(
        default=60,
        gt=0,
        le=LONGEST_RUNTIME_MINUTES,
        description="Minutes after which an attempt at a training is stopped and the job fails.",
    )
    allowed_file_types: str = Field(
        default="csv,jsonl,json,parquet", pattern=_FILE_TYPES, description="What may be uploaded, each also as gzip."
    )
    default_forecast_window_months: int = Field(
        default=0, ge=0, le=600, description="Months of history that a forecast without start_date uses; 0: all."
    )
    admins_may_train: bool = Field(
        default=True, description="Whether admins may train; otherwise only super admins may."
    )
    soft_prompt_enabled: bool = Field(default=False, description="Whether soft prompts are used.")
    soft_prompt_model_dir: str = Field(
        default="soft-prompts",
        min_length=1,
        max_length=500,
        description="Folder of soft prompts; a relative one lies by the artifacts.",
    )
    soft_prompt_confidence_threshold: float = Field(
        default=0.5, ge=0, le=1, description="Confidence from which on the answer of a soft prompt is used."
    )


class RetentionSettings(ChassisSettings):
    """How long is kept what applications report, until somebody sets something else over HTTP."""

    inference_retention_days: Annotated[int, kept_days(7)] = Field(
        default=0, ge=0, le=36_500, description="Days that inferences are kept after they were stored; 0: for ever."
    )
    feedback_retention_days: Annotated[int, kept_days(7)] = Field(
        default=0, ge=0, le=36_500, description="Days that feedback is kept after it was stored; 0: for ever."
    )
    unit_retention_days: Annotated[int, kept_days(30)] = Field(
        default=0,
        ge=0,
        le=36_500,
        description="Days after the end of a phase that its units are kept, and conversations; 0: for ever.",
    )
