"""Where the settings of the gateway are declared."""

import re
from ipaddress import ip_network
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from chassis.settings import PlatformSettings, RetentionSettings
from contracts.api.user import Email
from contracts.ids import Key

OidcRole = Literal["admin", "manager", "operator", "viewer"]

_NONE = "https://"
_SAFE = re.compile(r"https://|http://(localhost|127\.0\.0\.1)(:|/|$)")


def _networks(written: str) -> str:
    for each in filter(str.strip, written.split(",")):
        ip_network(each.strip())
    return written


class Settings(PlatformSettings, RetentionSettings):
    """Addresses, secrets and limits of the gateway."""

    port: int = Field(default=8080, ge=0, le=65535, description="Port of the HTTP API.")
    bootstrap_tenant: Key = Field(default="acme", description="Tenant that exists from the first start on.")
    bootstrap_admin_key: SecretStr | None = Field(
        default=None, min_length=16, description="API key of the first super admin; made and logged once if missing."
    )
    bootstrap_admin_email: Email | None = Field(
        default=None, description="Email of the first super admin among people; their invitation is logged once."
    )
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^/\s?#]+)?$",
        description="Address at which people reach the gateway; with https, cookies are sent over nothing else.",
    )
    trusted_proxies: int = Field(
        default=0, ge=0, le=5, description="Reverse proxies before the gateway that write X-Forwarded-For."
    )
    session_idle_hours: float = Field(default=12, gt=0, description="Hours without a request that end a session.")
    session_max_hours: float = Field(default=168, gt=0, description="Hours after which people log in again.")
    sessions_per_user: int = Field(
        default=50, ge=1, description="Sessions that somebody may have; of more, the one unused for longest ends."
    )
    invitation_days: float = Field(default=7, gt=0, description="Days that an invitation is valid.")
    password_max_age_days: int = Field(default=0, ge=0, description="Days until a password has to change; 0: never.")
    oidc_issuer: str = Field(
        default="",
        pattern=r"^(https?://[^\s?#]+)?$",
        description="Issuer of the company's OpenID provider; empty: none.",
    )
    oidc_client_id: str = Field(default="", description="What the provider knows this gateway as.")
    oidc_client_secret: SecretStr | None = Field(default=None, description="Its secret there; none with PKCE alone.")
    oidc_tenant: Key | None = Field(default=None, description="Tenant of who comes from there; else the first tenant.")
    oidc_role: OidcRole | None = Field(
        default=None, description="Role of who comes from there for the first time; none: only who was invited."
    )
    body_limit_mb: float = Field(default=8, gt=0, le=1024, description="Largest request body that is read.")
    ingest_items_per_s: int = Field(default=50_000, ge=1, description="Items a second that a tenant may send by HTTP.")
    ingest_burst: int = Field(default=100_000, ge=1, description="Items that it may send at once after a pause.")
    requests_per_s: int = Field(default=500, ge=1, description="Requests a second that one key or session may make.")
    request_burst: int = Field(default=2000, ge=1, description="Requests that it may make at once after a pause.")
    kept_answers_mb: float = Field(
        default=64, gt=0, description="Megabytes of answers kept for a tenant's repeated requests; the oldest go first."
    )
    cors_origins: str = Field(
        default="",
        pattern=r"^(\*|https?://[^/,\s*?#]+(,https?://[^/,\s*?#]+)*)?$",
        description="Origins whose pages may use the API with a key, separated by commas; none by default.",
    )
    nats_system_seed: str = Field(
        default="", description="Seed of the nkey that may have NATS read its configuration again; empty: none may."
    )
    nats_applications_file: str = Field(
        default="", description="File beside the configuration of NATS that says which applications may connect."
    )
    nats_public_url: str = Field(default="", description="NATS servers as applications reach them, if not as we do.")
    nats_applications: int = Field(default=100, ge=0, description="NATS credentials that a tenant may have.")
    nats_connections: int = Field(
        default=200, ge=1, description="NATS connections that a tenant's applications may have at once."
    )
    nats_check_s: float = Field(default=10, gt=0, description="Seconds between looks whether NATS knows them all.")
    key_cache_s: float = Field(default=5, ge=0, description="Seconds until a revoked key is noticed everywhere.")
    audit_retention_days: int = Field(
        default=400, ge=31, description="Days that lines of the audit log are kept; younger ones cannot be deleted."
    )
    stream_backlog: int = Field(default=1000, ge=1, description="Events that a slow listener may lag behind.")
    stream_listeners: int = Field(default=1000, ge=1, description="Event streams that a tenant may have open at once.")
    stream_stall_s: float = Field(
        default=30, gt=0, description="Seconds that an event stream stays open while its reader takes nothing."
    )
    heartbeat_s: float = Field(default=15, gt=0, description="Seconds between signs of life on a silent event stream.")
    publish_timeout_s: float = Field(default=5, gt=0, description="Seconds to wait until NATS has stored an item.")
    stop_patience_s: int = Field(default=5, ge=0, description="Seconds that open requests may take when it stops.")
    secret_key: SecretStr | None = Field(
        default=None,
        min_length=32,
        description="Key that the secrets of webhooks are derived from; made and kept in the database if missing.",
    )
    webhook_networks: Annotated[str, AfterValidator(_networks)] = Field(
        default="", description="Private networks that webhooks may reach, separated by commas, such as 10.1.0.0/16."
    )
    webhooks_per_tenant: int = Field(default=50, ge=0, description="Webhooks that a tenant may have.")
    webhook_timeout_s: float = Field(default=10, gt=0, le=60, description="Seconds that a webhook's answer may take.")
    webhook_tries: int = Field(default=8, ge=1, le=20, description="Tries until the delivery of an event has failed.")
    webhook_first_pause_s: float = Field(
        default=10, gt=0, description="Seconds before the second try; each pause after it is four times as long."
    )
    webhook_failures: int = Field(default=10, ge=1, description="Failed tries in a row that switch a webhook off.")
    webhook_failing_h: float = Field(
        default=12, ge=0, description="Hours that they must have lasted, so that a short outage does not."
    )
    webhook_log_days: int = Field(
        default=30, ge=1, description="Days that deliveries are kept; never fewer than events are."
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """Refuse a provider that nobody could come back from, or that could be listened in on."""
        if self.oidc_issuer and not (self.oidc_client_id and self.public_url):
            message = "oidc_issuer needs oidc_client_id and public_url besides"
            raise ValueError(message)
        if not _SAFE.match(self.oidc_issuer or _NONE):
            message = "oidc_issuer must begin with https://, other than on this machine"
            raise ValueError(message)
        return self
