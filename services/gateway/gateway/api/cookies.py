"""Where browsers are given their cookies, and they are taken away again."""

from starlette.requests import Request
from starlette.responses import Response

from contracts.api.session import MadeSession
from contracts.errors import ForgedRequest
from gateway.access import csrf_tokens, shown
from gateway.settings import Settings

_PENDING = "ratchet_login"
_PENDING_S = 600
_OUR_OWN = frozenset({"same-origin", "none"})


def refuse_foreign(request: Request, settings: Settings) -> None:
    """Refuse to log a browser in that was sent by a page of others: whoever made that page would be logged in.

    Browsers say so with Sec-Fetch-Site, but old ones, and all of them over http, with Origin alone.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    ours = {request.headers.get("host", ""), _host(settings.public_url)} - {""}
    is_ours = (origin is None or _host(origin) in ours) if site is None else site in _OUR_OWN
    if not is_ours:
        raise ForgedRequest("A page of another site may not log this browser in.")


def keep_session(response: Response, made: MadeSession, settings: Settings) -> MadeSession:
    """Have the browser keep the session where scripts cannot read it; give what else it should know."""
    token = made.token or ""
    _set(response, _session_name(settings), token, settings, longest_s=int(settings.session_max_hours * 3600))
    return made.model_copy(update={"token": None, "csrf_token": csrf_tokens.of(token.encode())})


def drop_session(response: Response, settings: Settings) -> None:
    _set(response, _session_name(settings), "", settings, longest_s=0)


def keep_pending(response: Response, pending: str, settings: Settings) -> None:
    """Have the browser remember for some minutes that it has begun to log in."""
    _set(response, _pending_name(settings), pending, settings, longest_s=_PENDING_S)


def pending(request: Request, settings: Settings) -> str | None:
    return request.cookies.get(_pending_name(settings))


def drop_pending(response: Response, settings: Settings) -> None:
    _set(response, _pending_name(settings), "", settings, longest_s=0)


def _set(response: Response, name: str, content: str, settings: Settings, *, longest_s: int) -> None:
    secure = _is_secure(settings)
    response.set_cookie(name, content, max_age=longest_s, path="/", secure=secure, httponly=True, samesite="lax")


def _host(url: str) -> str:
    return url.partition("://")[2]


def _is_secure(settings: Settings) -> bool:
    return settings.public_url.startswith("https://")


def _session_name(settings: Settings) -> str:
    return shown.SECURE_COOKIE if _is_secure(settings) else shown.COOKIE


def _pending_name(settings: Settings) -> str:
    return f"__Host-{_PENDING}" if _is_secure(settings) else _PENDING
