"""Where `ratchet plan` is."""

from typing import Annotated, Any

import typer

from contracts.api.plan import PlanChange
from ratchet.cli import settings
from ratchet.cli.commands import Cursor, Limit, Revision, command, group
from ratchet.cli.output import record, say, show, show_page
from ratchet.cli.session import connected

app = group("What tenants may have: whether they may train, and how much of what.")
OfPlan = Annotated[str, typer.Argument(metavar="PLAN", help="Key of the plan.")]
_FIELDS = "Name=value: ai_training_enabled=false max_tasks=5 max_users=10 max_keys=20 requests_per_s=50 name=Small."


@command(app)
def create(plan: OfPlan, field: Annotated[list[str] | None, typer.Argument(help=_FIELDS)] = None) -> None:
    """Create a plan; what is not named is included without a limit."""
    wanted: dict[str, Any] = settings.read(field or ()) | {"key": plan}
    with connected() as client:
        made = client.plans.create(**wanted)
    show(made, record(made))


@command(app, "list")
def list_(limit: Limit = 50, cursor: Cursor = None) -> None:
    """List the plans."""
    with connected() as client:
        page = client.plans.list(limit=limit, cursor=cursor)
    limits = [name for name in PlanChange.model_fields if name != "name"]
    show_page(page, "key", "name", "tenants", *limits)


@command(app, "show")
def show_(plan: OfPlan) -> None:
    """Show what a plan includes."""
    with connected() as client:
        found = client.plans.get(plan)
    show(found, record(found))


@command(app)
def change(
    plan: OfPlan,
    field: Annotated[list[str], typer.Argument(help=f"{_FIELDS} A limit that is null is taken away.")],
    revision: Revision = None,
) -> None:
    """Change a plan for all tenants that have it."""
    with connected() as client:
        changed = client.plans.change(plan, revision=revision, **settings.read(field))
    show(changed, record(changed))


@command(app)
def delete(plan: OfPlan) -> None:
    """Delete a plan that no tenant has."""
    with connected() as client:
        client.plans.delete(plan)
    say({"deleted": plan}, f"The plan {plan} was deleted.")
