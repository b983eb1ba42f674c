"""Where plans are looked after over HTTP, which say what tenants may have."""

from fastapi import APIRouter, Response

from contracts.api.page import Page
from contracts.api.plan import NewPlan, Plan, PlanChange
from gateway.access import plans
from gateway.api import revisions
from gateway.api.asker import Governor, PageOf
from gateway.api.revisions import Editing, Expected

router = APIRouter(prefix="/v1/plans", tags=["access"])


@router.get("")
async def list_plans(governor: Governor, page: PageOf) -> Page[Plan]:
    """List all plans, by key."""
    async with governor.transaction() as tx:
        return await plans.list_(tx, cursor=page.cursor, limit=page.limit)


@router.post("", status_code=201)
async def create_plan(governor: Governor, new: NewPlan, response: Response) -> Plan:
    """Create a plan; tenants get it with `PATCH /v1/tenants/{key}`."""
    async with governor.transaction() as tx:
        return revisions.tagged(response, await plans.create(tx, new))


@router.get("/{plan}")
async def show_plan(governor: Governor, plan: str, response: Response) -> Plan:
    """Show what a plan includes."""
    async with governor.transaction() as tx:
        return revisions.tagged(response, await plans.find(tx, plan))


@router.patch("/{plan}")
async def change_plan(governor: Governor, plan: str, change: PlanChange, edit: Editing) -> Plan:
    """Change a plan for all tenants that have it; what they have beyond a lower limit stays."""
    async with governor.transaction() as tx:
        changed = await plans.change(tx, plan, change, edit.expected)
    governor.desk.keyring.forget()
    return edit.answer(changed)


@router.delete("/{plan}", status_code=204)
async def delete_plan(governor: Governor, plan: str, expected: Expected) -> None:
    """Delete a plan that no tenant has."""
    async with governor.transaction() as tx:
        await plans.delete(tx, plan, expected)
