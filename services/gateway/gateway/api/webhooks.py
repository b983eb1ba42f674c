"""Where admins look after webhooks over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from contracts.api.page import Page
from contracts.api.webhook import (
    DeliveriesQuestion,
    Delivery,
    DeliveryStory,
    MadeWebhook,
    NewWebhook,
    SecretRotation,
    Webhook,
    WebhookChange,
)
from gateway.access.rights import Right
from gateway.api import revisions
from gateway.api.asker import Administrator, PageOf, may
from gateway.api.revisions import Editing, Expected
from gateway.webhooks import deliveries, subscriptions

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], dependencies=[may(Right.READ)])
"""Whoever says where events go learns all of them, so it takes the right to read besides."""

_A_DAY = SecretRotation()


@router.get("")
async def list_webhooks(administrator: Administrator, page: PageOf) -> Page[Webhook]:
    """List the webhooks of the tenant, newest first."""
    async with administrator.transaction() as tx:
        return await subscriptions.list_(tx, cursor=page.cursor, limit=page.limit)


@router.post("", status_code=201)
async def create_webhook(administrator: Administrator, new: NewWebhook) -> MadeWebhook:
    """Create a webhook; the secret that its requests are signed with is shown in this answer and never again."""
    desk = administrator.desk
    async with administrator.transaction() as tx:
        return await subscriptions.create(
            tx, new, desk.courier.vault, desk.courier.networks, most=desk.settings.webhooks_per_tenant
        )


@router.post("/deliveries/{delivery_id}/resend", status_code=202)
async def resend_delivery(administrator: Administrator, delivery_id: str) -> Delivery:
    """Send an event again, whatever came of it before; the body is the same, its signature is made anew."""
    async with administrator.transaction() as tx:
        renewed = await deliveries.resend(tx, delivery_id)
    administrator.desk.courier.sender.errands.wake()
    return renewed


@router.get("/{webhook_id}")
async def show_webhook(administrator: Administrator, webhook_id: str, response: Response) -> Webhook:
    """Show a webhook, without its secret."""
    async with administrator.transaction() as tx:
        return revisions.tagged(response, await subscriptions.find(tx, webhook_id))


@router.patch("/{webhook_id}")
async def change_webhook(
    administrator: Administrator, webhook_id: str, change: WebhookChange, edit: Editing
) -> Webhook:
    """Change a webhook, or switch it on again; what waits for it is sent to the new address then."""
    courier = administrator.desk.courier
    async with administrator.transaction() as tx:
        changed = await subscriptions.change(tx, webhook_id, change, courier.networks, expected=edit.expected)
    courier.sender.errands.wake()
    return edit.answer(changed)


@router.delete("/{webhook_id}", status_code=204)
async def delete_webhook(administrator: Administrator, webhook_id: str, expected: Expected) -> None:
    """Take a webhook away, with its deliveries and their log."""
    async with administrator.transaction() as tx:
        await subscriptions.delete(tx, webhook_id, expected=expected)


@router.post("/{webhook_id}/rotate")
async def rotate_secret(administrator: Administrator, webhook_id: str, order: SecretRotation = _A_DAY) -> MadeWebhook:
    """Make a new secret, shown this once; until the old one has ended, requests are signed with both."""
    async with administrator.transaction() as tx:
        return await subscriptions.rotate(tx, webhook_id, order, administrator.desk.courier.vault)


@router.post("/{webhook_id}/test")
async def try_webhook(administrator: Administrator, webhook_id: str) -> DeliveryStory:
    """Post a test now, once, and say what came of it; works for a webhook that is switched off as well."""
    desk, caller = administrator.desk, administrator.caller
    desk.courier.tests.admit(caller.tenant)
    desk.courier.tests.spend(caller.tenant, 1)
    return await deliveries.try_out(desk.parts.database, desk.courier.sender, caller.tenant, webhook_id, caller.cause)


@router.get("/{webhook_id}/deliveries")
async def list_deliveries(
    administrator: Administrator, webhook_id: str, question: Annotated[DeliveriesQuestion, Query()]
) -> Page[Delivery]:
    """List what was sent to a webhook and what waits, newest first."""
    async with administrator.transaction() as tx:
        return await deliveries.list_(tx, webhook_id, question)


@router.get("/{webhook_id}/deliveries/{delivery_id}")
async def show_delivery(administrator: Administrator, webhook_id: str, delivery_id: str) -> DeliveryStory:
    """Show one delivery: its body, and every try with how the answer began."""
    async with administrator.transaction() as tx:
        return await deliveries.find(tx, delivery_id, of=webhook_id)


@router.post("/{webhook_id}/deliveries/{delivery_id}/resend", status_code=202)
async def resend_to_webhook(administrator: Administrator, webhook_id: str, delivery_id: str) -> Delivery:
    """Send an event to a webhook again, as `/v1/webhooks/deliveries/{delivery_id}/resend` does."""
    async with administrator.transaction() as tx:
        renewed = await deliveries.resend(tx, delivery_id, of=webhook_id)
    administrator.desk.courier.sender.errands.wake()
    return renewed
