"""Where the OpenID provider is known: what it offers, with which keys it signs, and who a code stands for."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel

from contracts.errors import Unavailable
from gateway.access.oidc import asking
from gateway.access.oidc.asking import Form
from gateway.settings import Settings

CALLBACK = "/v1/login/oidc/callback"
_KEYS_FRESH_S = 3600.0
_KEYS_AGAIN_S = 10.0
"""A key that is not known yet is looked for at most that often, or strangers could have us ask for ever."""


class Offer(BaseModel):
    """What the provider says about itself (OpenID Connect Discovery 1.0)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class _Keys(BaseModel):
    keys: list[dict[str, Any]]


class _Redeemed(BaseModel):
    id_token: str


@dataclass(frozen=True, slots=True)
class _Kept:
    keys: list[dict[str, Any]]
    at: float


class Provider:
    """The provider that the settings name; it is asked about itself, and for its keys, when that is first needed."""

    def __init__(self, settings: Settings, *, keys_again_s: float = _KEYS_AGAIN_S) -> None:
        self.issuer = settings.oidc_issuer
        self.client_id = settings.oidc_client_id
        self.redirect_url = settings.public_url + CALLBACK
        self._secret = settings.oidc_client_secret
        self._offer: Offer | None = None
        self._kept: _Kept | None = None
        self._keys_again_s = keys_again_s
        self._asking = asyncio.Lock()

    async def offer(self) -> Offer:
        """Give what the provider says about itself; raises `Unavailable`."""
        if self._offer is None:
            found = await asking.ask(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration", Offer)
            self._check(found)
            self._offer = found
        return self._offer

    async def keys(self, *, again: bool = False) -> list[dict[str, Any]]:
        """Give the keys with which it signs (RFC 7517); ``again``, because one is not among those that are known."""
        async with self._asking:
            kept, longest_s = self._kept, self._keys_again_s if again else _KEYS_FRESH_S
            if kept is None or time.monotonic() - kept.at > longest_s:
                found = await asking.ask((await self.offer()).jwks_uri, _Keys)
                kept = self._kept = _Kept(found.keys, time.monotonic())
        return kept.keys

    async def redeem(self, code: str, verifier: str) -> str:
        """Exchange a code for the token that says who has logged in; raises `LoginRefused`, `Unavailable`."""
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_url,
            "code_verifier": verifier,
            "client_id": self.client_id,
        }
        endpoint = (await self.offer()).token_endpoint
        return (await asking.ask(endpoint, _Redeemed, Form(fields, self._credentials()))).id_token

    def _credentials(self) -> tuple[str, str] | None:
        """Give name and secret as RFC 6749 writes them for HTTP Basic (section 2.3.1)."""
        if self._secret is None:
            return None
        return quote(self.client_id, safe=""), quote(self._secret.get_secret_value(), safe="")

    def _check(self, offer: Offer) -> None:
        """Refuse a document that speaks of another issuer, or names addresses that can be listened in on."""
        scheme = "https://" if self.issuer.startswith("https://") else "http"
        addresses = (offer.authorization_endpoint, offer.token_endpoint, offer.jwks_uri)
        if offer.issuer != self.issuer or not all(each.startswith(scheme) for each in addresses):
            raise Unavailable("What the OpenID provider says about itself does not fit the setting oidc_issuer.")
