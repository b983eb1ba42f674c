"""Where it is kept what the OpenID provider says about who has logged in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token has to say to be for us, and about this login."""

    issuer: str
    client_id: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Claims:
    """Who has logged in; the email is there only where the provider has verified it."""

    subject: str
    email: str | None
    name: str | None


class UnknownSigner(Exception):
    """The token was signed with a key that is not among those that are known."""
