"""Where it is described how people log in, and what sessions they have."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from contracts.api.user import Password
from contracts.ids import Key
from contracts.message import Message, Moment, Request


class LoginMethod(StrEnum):
    """How somebody has shown who they are."""

    PASSWORD = "password"  # noqa: S105 (a word, no secret)
    OIDC = "oidc"
    INVITATION = "invitation"


class NewSession(Request):
    """A login: ``tenant`` is needed by those alone whose address is known in several.

    ``new_password`` changes the password at the same time. ``cookie`` asks for a session of a browser: the answer then
    sets a cookie that scripts cannot read, and names the token to send as X-CSRF-Token with whatever changes something.
    """

    email: Annotated[str, Field(max_length=320, examples=["ada@example.com"])]
    password: Annotated[Password, Field(repr=False)]
    new_password: Annotated[Password | None, Field(repr=False)] = None
    tenant: Key | None = None
    cookie: bool = False


class Session(Message):
    """Somebody's time at the gateway; it ends when nothing is asked for a while, and for good at ``expires_at``."""

    id: str
    tenant: str
    user_id: str
    method: LoginMethod
    address: str
    user_agent: str
    created_at: Moment
    last_used_at: Moment
    expires_at: Moment
    current: bool = False


class MadeSession(Session):
    """A session that began just now, with what to show for it from now on; neither is shown again."""

    name: str
    role: str
    token: Annotated[str | None, Field(repr=False, description="To send as a bearer token; null with a cookie.")] = None
    csrf_token: Annotated[
        str | None, Field(repr=False, description="To send as X-CSRF-Token; null without a cookie.")
    ] = None


class PasswordChange(Request):
    """A new password; all other sessions end."""

    password: Annotated[Password, Field(repr=False)]
    new_password: Annotated[Password, Field(repr=False)]
