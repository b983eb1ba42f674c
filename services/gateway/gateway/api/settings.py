"""Where the settings of the platform and of tenants are shown and changed over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import Field

from contracts.api.page import Page
from contracts.api.setting import SettingChanged, SettingsChange, SettingScope, SettingsInForce
from contracts.commands.listing import Listing
from gateway.access.rights import Right
from gateway.api import revisions
from gateway.api.asker import Configurer, Reader
from gateway.api.revisions import Editing
from gateway.switches import changing, reading, showing
from gateway.switches.changing import Order
from gateway.switches.reading import Question

router = APIRouter(prefix="/v1/settings", tags=["settings"])


class SettingsQuestion(Listing):
    """Which changes of settings are wanted."""

    name: Annotated[str | None, Field(examples=["training_enabled"])] = None
    scope: SettingScope | None = None


def _order(
    by: Configurer,
    edit: Editing,
    scope: Annotated[
        SettingScope | None,
        Query(
            description="For whom: the platform, which takes a super admin, or your tenant. Without it: the platform "
            "if you are a super admin and name no tenant with X-Ratchet-Tenant, else your tenant."
        ),
    ] = None,
    x_ratchet_tenant: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Order:
    governs = Right.GOVERN in by.identity.rights and x_ratchet_tenant is None
    usual = SettingScope.PLATFORM if governs else SettingScope.TENANT
    return Order(by.identity, scope or usual, edit.expected)


@router.get("")
async def show_settings(reader: Reader, response: Response) -> SettingsInForce:
    """Show what holds for the tenant, where each value comes from, and who may change it."""
    async with reader.transaction() as tx:
        kept = await reading.kept(tx, reader.identity.tenant)
    known = reader.desk.parts.known_settings
    return revisions.tagged(response, showing.shown(kept, known.default, reader.identity))


@router.patch("")
async def change_settings(
    configurer: Configurer, change: SettingsChange, order: Annotated[Order, Depends(_order)], edit: Editing
) -> SettingsInForce:
    """Change settings of the platform or of a tenant; null takes a value back. All services know it at once."""
    parts, caller = configurer.desk.parts, configurer.caller
    default = parts.known_settings.default
    async with parts.database.transaction(changing.place(order), caller.cause) as tx:
        kept = await changing.change(tx, order, change, default=default)
    parts.known_settings.learn_early(order.tenant, changing.told(order, kept))
    return edit.answer(showing.shown(kept, default, configurer.identity))


@router.get("/history")
async def list_changes(configurer: Configurer, asked: Annotated[SettingsQuestion, Query()]) -> Page[SettingChanged]:
    """List who changed which setting of the platform or of the tenant, newest first."""
    question = Question(asked.name, asked.scope, asked.cursor, asked.limit)
    async with configurer.transaction() as tx:
        return await reading.history(tx, configurer.identity, question)
