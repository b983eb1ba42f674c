"""Where the calls about people are described."""

from contracts.api.access import ApiKey
from contracts.api.page import Page
from contracts.api.session import Session
from contracts.api.user import InvitedUser, NewUser, User, UserChange
from ratchet.wire.call import Call, at, delete, get, only_if, patch, post
from ratchet.wire.noun import Noun, Way, endpoint, every, fields, filled


class Users(Noun[Way]):
    """The people of the tenant, for admins."""

    @fields(NewUser)
    def invite(self, user: NewUser) -> Call[InvitedUser]:
        """Add somebody with the fields of `NewUser`; the invitation is shown this once.

        Raises `NameTaken`, `EmailTaken`, `LimitReached`, `NotAllowed`, `InvalidInput`.
        """
        return post(at("users"), InvitedUser, user)

    @endpoint
    def invite_again(self, user_id: str) -> Call[InvitedUser]:
        """Give somebody a new invitation, such as one who has forgotten the password; raises `UnknownUser`."""
        return post(at("users", user_id, "invitation"), InvitedUser)

    @endpoint
    def get(self, user_id: str) -> Call[User]:
        """Give one of the people; raises `UnknownUser`."""
        return get(at("users", user_id), User)

    @endpoint
    def change(self, user_id: str, *, revision: int | None = None, **values: object) -> Call[User]:
        """Change the fields of `UserChange` that are given; ``active=False`` lets somebody in no more.

        Their API keys go on, unless ``revoke_keys=True`` comes with it.
        Where a revision is named, nothing is changed unless it is the present one. Raises `UnknownUser`, `NameTaken`,
        `EmailTaken`, `OwnAccount`, `NotAllowed`, `Stale`, `InvalidInput`.
        """
        return only_if(revision, patch(at("users", user_id), User, filled(UserChange, **values)))

    @endpoint
    def remove(self, user_id: str, *, revoke_keys: bool = False) -> Call[None]:
        """Take somebody away for good, with their API keys or without; their name stays taken.

        Raises `UnknownUser`, `OwnAccount`, `NotAllowed`.
        """
        return delete(at("users", user_id), revoke_keys="true" if revoke_keys else None)

    @endpoint
    def log_out(self, user_id: str) -> Call[None]:
        """End all sessions of somebody; raises `UnknownUser`."""
        return delete(at("users", user_id, "sessions"))

    def _page(self, *, limit: int = 50, cursor: str | None = None) -> Call[Page[User]]:
        """Give a page of the people, newest first."""
        return get(at("users"), Page[User], limit=limit, cursor=cursor)

    def _page_of_sessions(self, user_id: str, *, limit: int = 50, cursor: str | None = None) -> Call[Page[Session]]:
        """Give a page of somebody's sessions that go on, newest first; raises `UnknownUser`."""
        return get(at("users", user_id, "sessions"), Page[Session], limit=limit, cursor=cursor)

    def _page_of_keys(self, user_id: str, *, limit: int = 50, cursor: str | None = None) -> Call[Page[ApiKey]]:
        """Give a page of the valid API keys that count as somebody, newest first; raises `UnknownUser`."""
        return get(at("users", user_id, "keys"), Page[ApiKey], limit=limit, cursor=cursor)

    sessions = endpoint(_page_of_sessions)
    keys = endpoint(_page_of_keys)
    list = endpoint(_page)
    all = every(_page)
