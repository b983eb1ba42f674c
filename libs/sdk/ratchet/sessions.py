"""Where the calls about logging in and out are described."""

from contracts.api.page import Page
from contracts.api.session import MadeSession, NewSession, PasswordChange, Session
from contracts.api.user import AcceptedInvitation
from ratchet.wire.call import Call, at, delete, get, post, tell
from ratchet.wire.noun import Noun, Way, endpoint, every, fields

NOBODY = "nobody"
"""What a client shows instead of a key while somebody logs in."""


class Sessions(Noun[Way]):
    """One's own sessions; `Client.log_in` begins one and gives the client that uses it."""

    @fields(NewSession)
    def start(self, session: NewSession) -> Call[MadeSession]:
        """Log in with the fields of `NewSession`; the token is shown this once.

        Raises `LoginRefused`, `PasswordExpired`, `WeakPassword`, `TooManyRequests`.
        """
        return post(at("sessions"), MadeSession, session)

    @fields(AcceptedInvitation)
    def accept(self, invitation: AcceptedInvitation) -> Call[MadeSession]:
        """Choose a password with an invitation, once, and log in; raises `UnknownInvitation`, `WeakPassword`."""
        return post(at("invitations", "accept"), MadeSession, invitation)

    @fields(PasswordChange)
    def change_password(self, change: PasswordChange) -> Call[None]:
        """Change one's own password; all other sessions end.

        Raises `InvalidInput` where the old one is wrong, `WeakPassword`, `UnknownSession` for a key.
        """
        return tell(at("me", "password"), change)

    @endpoint
    def end(self, session_id: str) -> Call[None]:
        """End one of one's own sessions; raises `UnknownSession`."""
        return delete(at("sessions", session_id))

    @endpoint
    def end_current(self) -> Call[None]:
        """Log out; raises `UnknownSession` for a key."""
        return delete(at("sessions", "current"))

    @endpoint
    def end_others(self) -> Call[None]:
        """Log out everywhere else; raises `UnknownSession` for a key."""
        return delete(at("sessions"))

    def _page(self, *, limit: int = 50, cursor: str | None = None) -> Call[Page[Session]]:
        """Give a page of one's own sessions that go on, newest first."""
        return get(at("sessions"), Page[Session], limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)
