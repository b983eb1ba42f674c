"""Where the secrets of webhooks come from: derived from the platform's key, so that they are stored nowhere."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256

from chassis.database import EVERY_TENANT, Database
from gateway.settings import Settings
from gateway.store import platform_key
from gateway.store.webhooks import Salted

_PREFIX = "whsec_"
_PURPOSE = b"ratchet webhook "
_BYTES = 32


@dataclass(frozen=True, slots=True)
class Vault:
    """The key from which every secret is derived, with the salt of its own."""

    _key: bytes = field(repr=False)

    def secret(self, salt: bytes) -> str:
        derived = hmac.digest(self._key, _PURPOSE + salt, "sha256")
        return _PREFIX + urlsafe_b64encode(derived).decode().rstrip("=")

    def make(self) -> tuple[Salted, str]:
        """Make a secret and what is stored instead of it."""
        salt = secrets.token_bytes(_BYTES)
        secret = self.secret(salt)
        return Salted(salt, _proof(secret)), secret

    def find(self, known: Salted) -> str | None:
        """Give a secret again; None if it was made with another key."""
        secret = self.secret(known.salt)
        return secret if hmac.compare_digest(_proof(secret), known.proof) else None


async def opened(database: Database, settings: Settings) -> Vault:
    """Open the vault with the key that is set, else with the one in the database, made at the first start."""
    if settings.secret_key:
        return Vault(sha256(settings.secret_key.get_secret_value().encode()).digest())
    async with database.transaction(EVERY_TENANT) as tx:
        await platform_key.ensure(tx, secrets.token_bytes(_BYTES))
        return Vault(await platform_key.read(tx))


def _proof(secret: str) -> bytes:
    return sha256(b"proof " + secret.encode()).digest()
