"""Where `ratchet login`, `join`, `logout`, `whoami` and `password` are."""

from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from contracts.errors import InvalidInput, NotAuthenticated, UnknownSession
from ratchet import access
from ratchet.cli.commands import alone
from ratchet.cli.output import for_programs, margin, record, say, show
from ratchet.cli.session import connected, tenant_named

if TYPE_CHECKING:
    from contracts.api.session import MadeSession

Url = Annotated[str, typer.Option(prompt="Address of the gateway", help="Address of the gateway.")]
Email = Annotated[str | None, typer.Option(help="Your email; the password is asked for, or in RATCHET_PASSWORD.")]
Password = Annotated[str, typer.Option(envvar="RATCHET_PASSWORD", hidden=True)]
_SESSION = "rs_"


@alone
def login(
    url: Url,
    email: Email = None,
    key: Annotated[str | None, typer.Option(help="API key, instead of an email.")] = None,
    new_password: Annotated[bool, typer.Option("--new-password", help="Choose another password, too.")] = False,  # noqa: FBT002
    password: Password = "",
) -> None:
    """Log in with email and password, or with an API key, and stay so for the commands to come."""
    if key is None:
        email = email or typer.prompt("Email (leave empty to use an API key)", default="", show_default=False)
    if email and key is None:
        known = password or typer.prompt("Password", hide_input=True)
        _keep_session(url, _started(url, email, known, new_password=new_password))
        return
    _keep_key(url, key or typer.prompt("API key", hide_input=True))


@alone
def join(
    invitation: Annotated[str, typer.Argument(help="The link, or the token, that an admin gave you.")],
    url: Annotated[str | None, typer.Option(help="Address of the gateway, if the link does not tell.")] = None,
    password: Password = "",
) -> None:
    """Choose your password with an invitation, and log in."""
    from ratchet.client import Client  # noqa: PLC0415 (HTTP takes its time to load)
    from ratchet.sessions import NOBODY  # noqa: PLC0415

    link = urlsplit(invitation)
    address = url or (f"{link.scheme}://{link.netloc}" if link.netloc else None)
    if address is None:
        raise InvalidInput("Say where the gateway is: ratchet join TOKEN --url https://…")
    with Client(address, NOBODY) as client:
        made = client.sessions.accept(token=link.fragment or invitation, password=password or _chosen())
    _keep_session(address, made)


@alone
def logout() -> None:
    """End your session, and forget the login."""
    found = access.find()
    if found.api_key.startswith(_SESSION):
        _end()
    forgotten = access.forget()
    remains = f"There is no login to forget; you are known from {found.source}."
    say({"forgotten": forgotten}, "You are logged out." if forgotten else remains)


@alone
def whoami() -> None:
    """Show who you are to the gateway, and what you may do."""
    with connected() as client:
        found = client.me()
    show(found, record(found, "csrf_token"))
    if not for_programs():
        margin().print(f"Known from {access.find().source}", style="dim", markup=False)


@alone
def password(
    old: Password = "",
    new: Annotated[str, typer.Option(envvar="RATCHET_NEW_PASSWORD", hidden=True)] = "",
) -> None:
    """Change your password; all your other sessions end."""
    known = old or typer.prompt("Password", hide_input=True)
    with connected() as client:
        client.sessions.change_password(password=known, new_password=new or _chosen())
    say({"changed": True}, "Your password was changed; all your other sessions have ended.")


def _started(url: str, email: str, known: str, *, new_password: bool) -> "MadeSession":
    from ratchet.client import Client  # noqa: PLC0415 (HTTP takes its time to load)
    from ratchet.sessions import NOBODY  # noqa: PLC0415

    chosen = _chosen() if new_password else None
    with Client(url, NOBODY) as client:
        return client.sessions.start(email=email, password=known, new_password=chosen, tenant=tenant_named())


def _keep_session(url: str, made: "MadeSession") -> None:
    kept = access.keep(url, made.token or "")
    shown = made.model_copy(update={"token": None})
    show(shown, f"You are {made.name}, {made.role} of {made.tenant}. Kept in {kept}.")


def _keep_key(url: str, key: str) -> None:
    from ratchet.client import Client  # noqa: PLC0415 (HTTP takes its time to load)

    with Client(url, key) as client:
        found = client.me()
    kept = access.keep(url, key)
    show(found, f"You are {found.actor}, {found.role} of {found.tenant}. Kept in {kept}.")


def _chosen() -> str:
    return typer.prompt("New password", hide_input=True, confirmation_prompt=True)


def _end() -> None:
    """End the session; one that has ended already is as good."""
    with connected() as client:
        try:
            client.sessions.end_current()
        except (NotAuthenticated, UnknownSession):
            return
