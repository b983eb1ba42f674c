"""Where a login through the OpenID provider begins, and is taken up again when the browser comes back from there."""

import contextlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from urllib.parse import urlencode

from pydantic import BaseModel

from contracts.errors import LoginRefused
from gateway.access.oidc.claims import Claims, Expected, UnknownSigner
from gateway.access.oidc.provider import Provider

_SCOPES = "openid email profile"
_LOST = "This login was begun in another browser, or too long ago; please begin again."


class Pending(BaseModel):
    """A login on its way; only the browser that began it keeps it, in a cookie that scripts cannot read."""

    state: str
    nonce: str
    verifier: str
    next: str

    def cookie(self) -> str:
        """Write it as a cookie may be written."""
        return urlsafe_b64encode(self.model_dump_json().encode()).decode()


def begun(next_: str) -> Pending:
    """Begin a login that leads to a page of ours."""
    return Pending(
        state=secrets.token_urlsafe(32), nonce=secrets.token_urlsafe(32), verifier=secrets.token_urlsafe(48), next=next_
    )


async def address(provider: Provider, pending: Pending) -> str:
    """Give where the browser goes to log in; raises `Unavailable`."""
    endpoint = (await provider.offer()).authorization_endpoint
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": provider.redirect_url,
        "scope": _SCOPES,
        "state": pending.state,
        "nonce": pending.nonce,
        "code_challenge": urlsafe_b64encode(sha256(pending.verifier.encode()).digest()).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"


def taken_up(kept: str | None, state: str) -> Pending:
    """Give the login that a browser had begun; raises `LoginRefused` for one that it had not."""
    try:
        pending = Pending.model_validate_json(urlsafe_b64decode(kept or ""))
    except ValueError as lost:
        raise LoginRefused(_LOST) from lost
    if not hmac.compare_digest(state.encode(), pending.state.encode()):
        raise LoginRefused(_LOST)
    return pending


async def finish(provider: Provider, pending: Pending, code: str) -> Claims:
    """Give who has logged in; raises `LoginRefused`, `Unavailable`."""
    from gateway.access.oidc import verification  # noqa: PLC0415 (cryptography is large, and most gateways need none)

    token = await provider.redeem(code, pending.verifier)
    expected = Expected(provider.issuer, provider.client_id, pending.nonce)
    for again in (False, True):
        with contextlib.suppress(UnknownSigner):
            return verification.verify(token, await provider.keys(again=again), expected)
    raise LoginRefused("The OpenID provider signed with a key that it does not name.")
