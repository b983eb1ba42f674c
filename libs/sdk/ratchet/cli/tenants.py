"""Where `ratchet tenant` is."""

from typing import Annotated

import typer

from contracts.api.plan import DEFAULT_PLAN
from ratchet.cli.commands import Cursor, Limit, Revision, command, group
from ratchet.cli.output import record, show, show_page
from ratchet.cli.session import connected

app = group("The customers, whose rows, keys and streams are kept apart.")
OfTenant = Annotated[str, typer.Argument(metavar="TENANT", help="Key of the tenant.")]
Plan = Annotated[str | None, typer.Option(help="Key of its plan; see: ratchet plan list.")]


@command(app)
def create(
    tenant: OfTenant,
    name: Annotated[str, typer.Option(help="Its name for people.")] = "",
    plan: Plan = None,
) -> None:
    """Create a tenant; work in it with: ratchet --tenant TENANT …."""
    with connected() as client:
        made = client.tenants.create(key=tenant, name=name, plan=plan or DEFAULT_PLAN)
    show(made, record(made))


@command(app, "list")
def list_(limit: Limit = 50, cursor: Cursor = None) -> None:
    """List the tenants."""
    with connected() as client:
        show_page(client.tenants.list(limit=limit, cursor=cursor), "key", "name", "plan", "active", "created_at")


@command(app, "show")
def show_(tenant: OfTenant) -> None:
    """Show one tenant."""
    with connected() as client:
        found = client.tenants.get(tenant)
    show(found, record(found))


@command(app)
def usage(tenant: OfTenant) -> None:
    """Show what the plan of a tenant allows, and how much of it there is."""
    with connected() as client:
        found = client.tenants.usage(tenant)
    drawn = record(found, "entitlements")
    for name, limit in found.entitlements:
        drawn.add_row(name.replace("_", " "), "no limit" if limit is None else f"{limit}".lower())
    show(found, drawn)


@command(app)
def change(
    tenant: OfTenant,
    name: Annotated[str | None, typer.Option(help="Its new name.")] = None,
    plan: Plan = None,
    revision: Revision = None,
) -> None:
    """Change the name or the plan of a tenant."""
    wanted = {field: value for field, value in {"name": name, "plan": plan}.items() if value is not None}
    with connected() as client:
        changed = client.tenants.change(tenant, revision=revision, **wanted)
    show(changed, record(changed))


@command(app)
def deactivate(tenant: OfTenant) -> None:
    """Stop the keys and sessions of a tenant; nothing of it is lost."""
    with connected() as client:
        client.tenants.switch_off(tenant)
        found = client.tenants.get(tenant)
    show(found, record(found))


@command(app)
def reactivate(tenant: OfTenant) -> None:
    """Let the keys and sessions of a tenant go on."""
    with connected() as client:
        found = client.tenants.change(tenant, active=True)
    show(found, record(found))
