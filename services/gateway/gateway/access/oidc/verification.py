"""Where the token is verified by which the OpenID provider says who has logged in."""

import hmac
from collections.abc import Sequence
from typing import Any

import jwt

from contracts.errors import LoginRefused
from gateway.access.oidc.claims import Claims, Expected, UnknownSigner

_ALGORITHMS = ("RS256", "ES256")
"""Pinned, whatever the token says: `none`, or a secret where a public key is meant, are no signature."""
_NEEDED = ("iss", "sub", "aud", "exp", "iat")
_LEEWAY_S = 60


def verify(token: str, keys: Sequence[dict[str, Any]], expected: Expected) -> Claims:
    """Give what a token says; raises `UnknownSigner`, and `LoginRefused` for one that is not genuine."""
    try:
        key = _signer(token, keys)
        said = jwt.decode(
            token,
            key,
            algorithms=_ALGORITHMS,
            audience=expected.client_id,
            issuer=expected.issuer,
            leeway=_LEEWAY_S,
            options={"require": list(_NEEDED)},
        )
    except jwt.PyJWTError as wrong:
        raise _refusal() from wrong
    if not _is_ours(said, expected):
        raise _refusal()
    return _claims(said)


def _signer(token: str, keys: Sequence[dict[str, Any]]) -> jwt.PyJWK:
    named = jwt.get_unverified_header(token).get("kid")
    usable = [each for each in keys if each.get("use", "sig") == "sig" and each.get("kty") in {"RSA", "EC"}]
    found = [each for each in usable if named is None or each.get("kid") == named]
    if len(found) != 1:
        raise UnknownSigner
    return jwt.PyJWK(found[0])


def _is_ours(said: dict[str, Any], expected: Expected) -> bool:
    """Say whether a token answers our own request, and was not made for somebody else as well (OIDC Core 3.1.3.7)."""
    nonce, audience = said.get("nonce"), said["aud"]
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), expected.nonce.encode()):
        return False
    shared = isinstance(audience, list) and len(audience) > 1  # pyright: ignore[reportUnknownArgumentType]
    return said.get("azp") == expected.client_id if shared or "azp" in said else True


def _claims(said: dict[str, Any]) -> Claims:
    subject, email, name = said["sub"], said.get("email"), said.get("name")
    if not isinstance(subject, str) or not subject or "\0" in subject:
        raise _refusal()
    verified = isinstance(email, str) and said.get("email_verified") is True
    return Claims(subject, email if verified else None, name if isinstance(name, str) else None)


def _refusal() -> LoginRefused:
    return LoginRefused("The OpenID provider's answer could not be verified; please begin again.")
