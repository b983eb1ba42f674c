"""Where `ratchet settings` is: what holds on the platform and for a tenant."""

from collections.abc import Collection, Iterable
from typing import Annotated, cast

import typer
from rich.table import Table
from rich.text import Text

from contracts.api.setting import Setting, SettingChanged, SettingScope, SettingsInForce
from contracts.errors import InvalidInput
from ratchet.cli import settings
from ratchet.cli.cells import cell
from ratchet.cli.commands import Cursor, Limit, Revision, command, group
from ratchet.cli.output import hint_at_next, show
from ratchet.cli.session import connected

app = group("What holds on the platform and for a tenant, such as whether anything may be trained.")
Scope = Annotated[
    SettingScope | None,
    typer.Option(help="For whom; without it super admins change the platform, all others their tenant."),
]


@command(app, "show")
def show_(
    names: Annotated[list[str] | None, typer.Argument(help="Settings to show; all without it.")] = None,
) -> None:
    """Show what holds, where it comes from, and who may change it."""
    with connected() as client:
        found = client.settings.get()
    if unknown := set(names or ()) - {each.name for each in found.settings}:
        known = ", ".join(each.name for each in found.settings)
        raise InvalidInput(f"There is no setting {', '.join(sorted(unknown))}; there are {known}.")
    show(found, _drawn(found, names or ()))


@command(app, "set")
def set_(
    changes: Annotated[list[str], typer.Argument(help="What to set, such as max_training_runtime_minutes=120.")],
    scope: Scope = None,
    revision: Revision = None,
) -> None:
    """Set values; all services work by them at once."""
    values = settings.read(changes)
    with connected() as client:
        found = client.settings.set(scope=scope, revision=revision, **values)
    show(found, _drawn(found, values))


@command(app)
def reset(
    names: Annotated[list[str], typer.Argument(help="Settings whose value is taken back.")],
    scope: Scope = None,
    revision: Revision = None,
) -> None:
    """Take back what was set; what the platform, or the environment of the services, says holds again."""
    with connected() as client:
        found = client.settings.set(scope=scope, revision=revision, **dict.fromkeys(names))
    show(found, _drawn(found, names))


@command(app)
def history(
    name: Annotated[str | None, typer.Argument(help="Only changes of this setting.")] = None,
    scope: Annotated[SettingScope | None, typer.Option(help="Only of the platform, or of the tenant.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """Show who changed what, the newest first."""
    with connected() as client:
        page = client.settings.history(name=name, scope=scope, limit=limit, cursor=cursor)
    drawn = Table("at", "setting", "of", "from", "to", "by")
    for each in page.items:
        drawn.add_row(*_changed(each))
    show(page, drawn)
    hint_at_next(page)


def _drawn(found: SettingsInForce, names: Collection[str] = ()) -> Table:
    """Draw all settings in short, or some with all that is known of them."""
    drawn = Table()
    drawn.add_column("setting", no_wrap=True)
    for title in ("value", "comes from", "what it means", *(("default", "you may set it") if names else ())):
        drawn.add_column(title)
    for each in found.settings:
        if each.name in names or not names:
            drawn.add_row(*_row(each)[: len(drawn.columns)])
    drawn.caption, drawn.caption_justify = f"Of the tenant {found.tenant}, revision {found.revision}.", "left"
    return drawn


def _row(each: Setting) -> tuple[Text, ...]:
    by = f"{each.source}, set by {each.set_by}" if each.set_by else str(each.source)
    may = " and ".join(f"for the {scope}" for scope in each.may_set)
    default = _value(each.default)
    return cell(each.name), _value(each.value), cell(by), cell(each.description), default, cell(may)


def _changed(each: SettingChanged) -> tuple[Text, ...]:
    return cell(each.at), cell(each.name), cell(each.scope), _value(each.old), _value(each.new), cell(each.by)


def _value(value: object) -> Text:
    if isinstance(value, bool):
        return cell("on" if value else "off")
    if isinstance(value, list | tuple):
        return cell(", ".join(map(str, cast("Iterable[object]", value))))
    return cell(value)
