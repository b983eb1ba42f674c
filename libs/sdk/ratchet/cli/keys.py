"""Where `ratchet key` is."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from contracts.api.access import ApiKey, MadeApiKey, Right, Role
from contracts.errors import UnknownApiKey
from contracts.ids import known_form
from ratchet.cli import settings
from ratchet.cli.commands import Cursor, Limit, Revision, command, group
from ratchet.cli.output import keep_now, record, show, show_page
from ratchet.cli.session import connected

if TYPE_CHECKING:
    from ratchet import Client

app = group("Who may come in: the keys of applications and people.")
Id = Annotated[str, typer.Argument(metavar="KEY", help="Name of a valid key, or id.")]
Days = Annotated[int | None, typer.Option("--days", min=1, max=36_500, help="Days that it is valid from now on.")]
Scopes = Annotated[
    list[Right] | None, typer.Option("--scope", help="A right of its role that it has; again for more, all without it.")
]
_COLUMNS = ("id", "name", "role", "scopes", "created_by", "expires_at", "last_used_at", "revoked_at", "created_at")


@command(app)
def create(
    name: Annotated[str, typer.Argument(help="Whose key it is; shown wherever it acted.")],
    role: Annotated[Role, typer.Option(help="What it may do.")] = Role.SERVICE,
    scope: Scopes = None,
    days: Days = None,
) -> None:
    """Create a key; its secret is shown this once."""
    with connected() as client:
        _show_made(
            client.api_keys.create(name=name, role=role, scopes=tuple(scope or ()) or None, expires_at=_after(days))
        )


@command(app, "list")
def list_(limit: Limit = 50, cursor: Cursor = None) -> None:
    """List the keys, the newest first, revoked ones too."""
    with connected() as client:
        show_page(client.api_keys.list(limit=limit, cursor=cursor), *_COLUMNS)


@command(app, "show")
def show_(key: Id) -> None:
    """Show one key and what it may do, without its secret."""
    with connected() as client:
        _show(client.api_keys.get(_id(client, key)))


@command(app)
def change(
    key: Id,
    field: Annotated[list[str] | None, typer.Argument(help="What to change, name=value; see above.")] = None,
    days: Days = None,
    revision: Revision = None,
) -> None:
    """Change a key; its secret stays: name=shop role=viewer scopes=read,log expires_at=null, or --days 90.

    scopes=null gives it all rights of its role, and expires_at=null lets it be valid for ever.
    """
    wanted = settings.read(field or ())
    if isinstance(scopes := wanted.get("scopes"), str):
        wanted["scopes"] = [each.strip() for each in scopes.split(",")]
    if days is not None:
        wanted["expires_at"] = _after(days)
    with connected() as client:
        _show(client.api_keys.change(_id(client, key), revision=revision, **wanted))


@command(app)
def rotate(
    key: Id,
    grace: Annotated[
        int, typer.Option(help="Minutes that the secret before stays valid; 0 where it may have leaked.", min=0)
    ] = 60,
) -> None:
    """Give a key another secret, shown this once."""
    with connected() as client:
        _show_made(client.api_keys.rotate(_id(client, key), grace_minutes=grace))


@command(app)
def revoke(key: Id) -> None:
    """Revoke a key, at once and for good."""
    with connected() as client:
        id = _id(client, key)
        client.api_keys.revoke(id)
        _show(client.api_keys.get(id))


def _id(client: "Client", key: str) -> str:
    """Find a key by its id or, as long as it is valid, by its name; raises `UnknownApiKey`."""
    if id := known_form(key):
        return id
    for each in client.api_keys.all(limit=1000):
        if each.name.casefold() == key.casefold() and each.revoked_at is None:
            return each.id
    raise UnknownApiKey(f"There is no valid API key {key!r}; see: ratchet key list.")


def _after(days: int | None) -> datetime | None:
    return None if days is None else datetime.now(UTC) + timedelta(days=days)


def _show(key: ApiKey) -> None:
    show(key, record(key))


def _show_made(made: MadeApiKey) -> None:
    _show(made)
    keep_now("secret")
