"""Where it is described which people there are, what they may do, and how they are invited."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from contracts.api.access import Name, Role
from contracts.message import Message, Moment, Request


def _email(written: str) -> str:
    return written.lower()


def _personal(role: Role) -> Role:
    if role is Role.SERVICE:
        message = "must be a role of people; service is for the keys of applications"
        raise ValueError(message)
    return role


Email = Annotated[
    str,
    Field(
        max_length=254,
        pattern=r"^[\x21-\x3f\x41-\x7e]{1,64}@[A-Za-z0-9.-]{1,189}$",
        examples=["ada@example.com"],
    ),
    AfterValidator(_email),
]
"""An address in ASCII, kept in lower case: people log in with it."""

PersonRole = Annotated[Role, AfterValidator(_personal)]
"""A role of people."""

Password = Annotated[str, Field(max_length=1024, json_schema_extra={"format": "password"})]
"""A password as it was typed; how good it has to be is said where it is set."""


class NewUser(Request):
    """Somebody to invite; they choose their password themselves, with the link that is shown once."""

    name: Annotated[Name, Field(examples=["Ada"])]
    email: Email
    role: PersonRole = Role.VIEWER


class UserChange(Request):
    """What changes about somebody; what is left out stays. Not active means: no login, and all sessions end."""

    name: Name | None = None
    email: Email | None = None
    role: PersonRole | None = None
    active: bool | None = None
    must_change_password: bool | None = None
    revoke_keys: Annotated[
        bool, Field(description="With active false: also revoke the API keys of the tenant that count as them.")
    ] = False

    @property
    def given(self) -> dict[str, Any]:
        """The fields to change, with their new values; null changes nothing."""
        values = {name: getattr(self, name) for name in self.model_fields_set - {"revoke_keys"}}
        return {name: value for name, value in values.items() if value is not None}


class User(Message):
    """Somebody who logs in with a password, or through the company's single sign-on."""

    id: str
    tenant: str
    name: str
    email: str
    role: Role
    active: bool
    has_password: bool
    single_sign_on: bool
    must_change_password: bool
    last_seen_at: Moment | None
    created_by: str
    created_at: Moment
    revision: int


class Invitation(Message):
    """With what somebody chooses a password, once; it is shown this once."""

    token: Annotated[str, Field(repr=False)]
    url: Annotated[str | None, Field(repr=False, description="The link; null where the gateway knows no public URL.")]
    expires_at: Moment


class InvitedUser(User):
    """Somebody who was invited just now; whoever has the invitation can log in as them."""

    invitation: Invitation


class AcceptedInvitation(Request):
    """What somebody sends who was invited; ``cookie`` asks for a session of a browser."""

    token: Annotated[str, Field(max_length=200, repr=False)]
    password: Annotated[Password, Field(repr=False)]
    cookie: bool = False
