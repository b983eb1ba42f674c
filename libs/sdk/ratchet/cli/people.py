"""Where `ratchet user` is."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from contracts.api.access import ApiKey, Role
from contracts.api.user import InvitedUser, User
from contracts.errors import UnknownUser
from ratchet import access
from ratchet.cli import settings
from ratchet.cli.commands import Cursor, Limit, Revision, command, group
from ratchet.cli.output import for_programs, margin, record, say, show, show_page
from ratchet.cli.session import connected

if TYPE_CHECKING:
    from ratchet.client import Client

app = group("The people, who log in with a password.")
OfUser = Annotated[str, typer.Argument(metavar="USER", help="Email, name or id.")]
WithKeys = Annotated[bool, typer.Option("--revoke-keys", help="Revoke the API keys of the tenant that they made, too.")]
_MANY = 1000
_COLUMNS = ("name", "email", "role", "active", "has_password", "last_seen_at", "id", "created_by", "created_at")


@command(app)
def invite(
    name: Annotated[str, typer.Argument(help="Name that people see wherever somebody acted.")],
    email: Annotated[str, typer.Argument(help="Email to log in with.")],
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.VIEWER,
) -> None:
    """Add somebody; give them the invitation, which is shown this once."""
    with connected() as client:
        _show_invited(client.users.invite(name=name, email=email, role=role))


@command(app)
def reinvite(user: OfUser) -> None:
    """Give somebody a new invitation, such as one who has forgotten the password."""
    with connected() as client:
        _show_invited(client.users.invite_again(_found(client, user).id))


@command(app, "list")
def list_(limit: Limit = 50, cursor: Cursor = None) -> None:
    """List the people, the newest first."""
    with connected() as client:
        show_page(client.users.list(limit=limit, cursor=cursor), *_COLUMNS)


@command(app, "show")
def show_(user: OfUser) -> None:
    """Show one of the people."""
    with connected() as client:
        _show(_found(client, user))


@command(app)
def change(
    user: OfUser,
    field: Annotated[list[str], typer.Argument(help="What to change, name=value; see above.")],
    revision: Revision = None,
) -> None:
    """Change somebody: name=Ada email=ada@example.com role=manager must_change_password=true."""
    with connected() as client:
        _show(client.users.change(_found(client, user).id, revision=revision, **settings.read(field)))


@command(app)
def deactivate(user: OfUser, *, revoke_keys: WithKeys = False) -> None:
    """Let somebody in no more, and end all their sessions; nothing is lost."""
    with connected() as client:
        found = _found(client, user)
        keys = client.users.keys(found.id, limit=_MANY).items
        _show(client.users.change(found.id, active=False, **_with_keys(revoke_keys=revoke_keys)))
    _tell_of_keys(found, keys, revoked=revoke_keys)


@command(app)
def reactivate(user: OfUser) -> None:
    """Let somebody in again."""
    with connected() as client:
        _show(client.users.change(_found(client, user).id, active=True))


@command(app)
def remove(user: OfUser, *, revoke_keys: WithKeys = False) -> None:
    """Take somebody away for good; histories go on naming them, and nobody else gets the name."""
    with connected() as client:
        found = _found(client, user)
        keys = client.users.keys(found.id, limit=_MANY).items
        client.users.remove(found.id, revoke_keys=revoke_keys)
    say({"removed": found.id}, f"{found.name} was removed.")
    _tell_of_keys(found, keys, revoked=revoke_keys)


@command(app)
def keys(user: OfUser, limit: Limit = 50, cursor: Cursor = None) -> None:
    """List the valid API keys that somebody made, or gave a secret last."""
    with connected() as client:
        page = client.users.keys(_found(client, user).id, limit=limit, cursor=cursor)
    show_page(page, "name", "role", "last_used_at", "expires_at", "id", "created_at")


@command(app)
def sessions(user: OfUser, limit: Limit = 50, cursor: Cursor = None) -> None:
    """List where somebody is logged in."""
    with connected() as client:
        page = client.users.sessions(_found(client, user).id, limit=limit, cursor=cursor)
    show_page(page, "method", "address", "user_agent", "last_used_at", "expires_at", "id")


@command(app)
def log_out(user: OfUser) -> None:
    """End all sessions of somebody."""
    with connected() as client:
        found = _found(client, user)
        client.users.log_out(found.id)
    say({"logged_out": found.id}, f"{found.name} was logged out everywhere.")


def _with_keys(*, revoke_keys: bool) -> dict[str, bool]:
    return {"revoke_keys": True} if revoke_keys else {}


def _tell_of_keys(user: User, keys: Sequence[ApiKey], *, revoked: bool) -> None:
    """Tell people which keys go on after somebody has left, or do no more."""
    if not keys or for_programs():
        return
    names = ", ".join(key.name for key in keys)
    what = "Revoked with it" if revoked else f"Keys of {user.name} go on (--revoke-keys, or ratchet key revoke)"
    margin().print(f"{what}: {names}", style="yellow", markup=False, soft_wrap=True)


def _found(client: "Client", user: str) -> User:
    """Find somebody by what people call them; raises `UnknownUser`."""
    try:
        return client.users.get(str(UUID(user)))
    except ValueError:
        wanted = user.casefold()
    for each in client.users.all(limit=1000):
        if wanted in {each.email, each.name.casefold()}:
            return each
    raise UnknownUser(f"Nobody here is called {user!r}, or has that email; see: ratchet user list.")


def _show(user: User) -> None:
    show(user, record(user))


def _show_invited(made: InvitedUser) -> None:
    show(made, record(made, "invitation"))
    if for_programs():
        return
    given = made.invitation
    way = given.url or f"{given.token} --url {access.find().url}"
    page = "The link opens in a browser too. " if given.url else ""
    margin().print(
        f"Give this to {made.name} now, it is not shown again. {page}To use it: ratchet join {way}",
        style="yellow",
        markup=False,
        soft_wrap=True,
    )
