"""Where people look at deliveries, have one sent again, and try a webhook out."""

from datetime import UTC, datetime

from chassis import pages
from chassis.database import Database, Transaction
from contracts.api.page import Page
from contracts.api.webhook import DeliveriesQuestion, Delivery, DeliveryStatus, DeliveryStory
from contracts.errors import UnknownDelivery, WebhookOff
from contracts.event import Cause, Envelope
from contracts.ids import known_form, new_id
from gateway.store import webhook_claims as claims
from gateway.store import webhook_deliveries as store
from gateway.store import webhook_queue as queue
from gateway.store.webhook_claims import Claimed, Next
from gateway.store.webhook_queue import Said
from gateway.webhooks import queueing, subscriptions
from gateway.webhooks.sending import Sender

TEST = "webhook.tested"
_GREETING = {"message": "This is a test. Whoever can check its signature is ready for events."}


async def list_(tx: Transaction, webhook_id: str, question: DeliveriesQuestion) -> Page[Delivery]:
    """Give a page of the deliveries to a webhook, newest first; raises `UnknownWebhook`."""
    webhook = await subscriptions.find(tx, webhook_id)
    before = pages.uuid(question.cursor)
    found = await store.list_(tx, webhook.id, question, before=before, limit=question.limit + 1)
    return pages.cut(found, question.limit, lambda each: each.id)


async def find(tx: Transaction, delivery_id: str, *, of: str | None = None) -> DeliveryStory:
    """Give a delivery, to a certain webhook if that is said, with all its tries; raises `UnknownDelivery`."""
    known = known_form(delivery_id)
    found = await store.find(tx, known) if known else None
    if found is None or (of and known_form(of) != found[0].webhook_id):
        raise UnknownDelivery(f"There is no delivery {delivery_id!r}.")
    delivery, body = found
    story = await store.list_tries(tx, delivery.id)
    return DeliveryStory(**delivery.model_dump(), body=body, story=tuple(story))


async def resend(tx: Transaction, delivery_id: str, *, of: str | None = None) -> Delivery:
    """Have a delivery sent again at once, whatever came of it; raises `WebhookOff`, `UnknownDelivery`."""
    delivery = await find(tx, delivery_id, of=of)
    webhook = await subscriptions.find(tx, delivery.webhook_id)
    if not webhook.enabled:
        raise WebhookOff("This webhook is switched off; switch it on, and what waits for it is sent.")
    renewed = await store.renew(tx, delivery.id)
    return renewed or delivery


async def try_out(database: Database, sender: Sender, tenant: str, webhook_id: str, cause: Cause) -> DeliveryStory:
    """Post a test to a webhook, once, and give what came of it; it counts neither as a delivery nor as a failure."""
    async with database.transaction(tenant, cause) as tx:
        webhook = await subscriptions.find(tx, webhook_id, locked=True)
        added = await queue.insert_one(tx, webhook.id, _test(tenant, webhook.id, cause), lease_s=sender.lease_s)
        (claimed,) = await claims.list_claimed(tx, [added])
    return await _settled(database, sender, claimed, cause)


async def _settled(database: Database, sender: Sender, claimed: Claimed, cause: Cause) -> DeliveryStory:
    answered = await sender.post(claimed)
    ended = Next(DeliveryStatus.FAILED if answered.error else DeliveryStatus.DELIVERED)
    async with database.transaction(claimed.tenant, cause) as tx:
        await claims.settle(tx, claimed, answered, ended)
        await claims.note_try(tx, claimed.id, answered)
        return await find(tx, claimed.id)


def _test(tenant: str, webhook_id: str, cause: Cause) -> Said:
    now = datetime.now(UTC)
    envelope = Envelope(new_id(), tenant, "/ratchet/gateway", TEST, now, cause)
    body = queueing.written(envelope, {"webhook_id": webhook_id} | _GREETING)
    return Said(tenant, envelope.id, TEST, None, now, body)
