"""Where the settings of the gateway are declared."""

from pydantic import Field, SecretStr

from chassis.settings import FileSettings
from contracts.ids import Key


class Settings(FileSettings):
    """Addresses, secrets and limits of the gateway."""

    port: int = Field(default=8080, ge=0, le=65535, description="Port of the HTTP API.")
    bootstrap_tenant: Key = Field(default="acme", description="Tenant that exists from the first start on.")
    bootstrap_admin_key: SecretStr | None = Field(
        default=None, min_length=16, description="API key of the first super admin; made and logged once if missing."
    )
    body_limit_mb: float = Field(default=8, gt=0, le=1024, description="Largest request body that is read.")
    ingest_items_per_s: int = Field(default=50_000, ge=1, description="Items a second that a tenant may send by HTTP.")
    ingest_burst: int = Field(default=100_000, ge=1, description="Items that it may send at once after a pause.")
    key_cache_s: float = Field(default=5, ge=0, description="Seconds until a revoked key is noticed everywhere.")
    stream_backlog: int = Field(default=1000, ge=1, description="Events that a slow listener may lag behind.")
    heartbeat_s: float = Field(default=15, gt=0, description="Seconds between signs of life on a silent event stream.")
    publish_timeout_s: float = Field(default=5, gt=0, description="Seconds to wait until NATS has stored an item.")
    stop_patience_s: int = Field(default=5, ge=0, description="Seconds that open requests may take when it stops.")
