"""Where the settings that every service has are declared; each comes from the environment variable RATCHET_<NAME>."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ChassisSettings(BaseSettings):
    """Addresses, secrets and limits of one service."""

    model_config = SettingsConfigDict(env_prefix="RATCHET_", extra="ignore", frozen=True)

    database_url: str = Field(description="Postgres URL of the service's own role and database.")
    database_connections: int = Field(default=8, ge=2, le=100, description="Postgres connections at most.")
    nats_url: str = Field(default="nats://127.0.0.1:4222", description="NATS servers, separated by commas.")
    nats_seed: str = Field(default="", description="Seed of the service's nkey; empty for a server without users.")
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


class FileSettings(ChassisSettings):
    """Where the files are that the gateway and the trainer share, and how large uploads may be."""

    artifacts_url: str = Field(
        default=".ratchet/artifacts",
        description="Where artifacts, snapshots and uploads are kept: a folder or an fsspec URL; the same everywhere.",
    )
    max_upload_mb: float = Field(
        default=1024, gt=0, le=102_400, description="Megabytes of an uploaded file at most, packed and unpacked."
    )
