"""Where the calls about webhooks are described, and whoever receives events checks who sent them."""

import time

from pydantic import ValidationError

from contracts import signing
from contracts.api.page import Page
from contracts.api.webhook import (
    Delivery,
    DeliveryStatus,
    DeliveryStory,
    MadeWebhook,
    NewWebhook,
    SecretRotation,
    Webhook,
    WebhookChange,
    WebhookEvent,
)
from contracts.errors import BadSignature
from ratchet.wire.call import Call, at, delete, get, only_if, patch, post
from ratchet.wire.noun import Noun, Way, endpoint, every, fields, filled

SIGNATURE = signing.HEADER
"""Name of the header that carries the signature."""


def verify(
    body: bytes | str, header: str | None, secret: str, *, tolerance_s: float = signing.TOLERANCE_S
) -> WebhookEvent:
    """Give the event that was posted, if the header `Ratchet-Signature` shows that Ratchet posted it just now.

    ``body`` is the request's body as it came, byte for byte; ``secret`` was shown when the webhook was made. The same
    event may come twice: its ``id`` tells. Raises `BadSignature`.
    """
    received = body.encode() if isinstance(body, str) else body
    signing.check(received, header or "", secret, now=time.time(), tolerance_s=tolerance_s)
    try:
        return WebhookEvent.model_validate_json(received)
    except ValidationError as wrong:
        raise BadSignature("The body is signed, but it is no event of Ratchet's.") from wrong


class Webhooks(Noun[Way]):
    """Where events are sent."""

    @fields(NewWebhook)
    def create(self, webhook: NewWebhook) -> Call[MadeWebhook]:
        """Create a webhook with the fields of `NewWebhook`; its secret is shown this once. Raises `InvalidInput`."""
        return post(at("webhooks"), MadeWebhook, webhook)

    @endpoint
    def get(self, webhook_id: str) -> Call[Webhook]:
        """Give one webhook; raises `UnknownWebhook`."""
        return get(at("webhooks", webhook_id), Webhook)

    @endpoint
    def change(self, webhook_id: str, *, revision: int | None = None, **values: object) -> Call[Webhook]:
        """Change the fields of `WebhookChange` that are given; ``task=None`` takes that limit away.

        Where a revision is named, nothing is changed unless it is the present one. Raises `UnknownWebhook`, `Stale`,
        `InvalidInput`.
        """
        change = filled(WebhookChange, **values)
        return only_if(revision, patch(at("webhooks", webhook_id), Webhook, change))

    @endpoint
    def delete(self, webhook_id: str) -> Call[None]:
        """Take a webhook away with its deliveries; raises `UnknownWebhook`."""
        return delete(at("webhooks", webhook_id))

    @fields(SecretRotation)
    def rotate(self, webhook_id: str, order: SecretRotation) -> Call[MadeWebhook]:
        """Make a new secret, shown this once; for ``grace_minutes`` requests are signed with the old one too."""
        return post(at("webhooks", webhook_id, "rotate"), MadeWebhook, order)

    @endpoint
    def test(self, webhook_id: str) -> Call[DeliveryStory]:
        """Post a test now and give what came of it; raises `UnknownWebhook`."""
        return post(at("webhooks", webhook_id, "test"), DeliveryStory)

    def _page(self, *, limit: int = 50, cursor: str | None = None) -> Call[Page[Webhook]]:
        """Give a page of webhooks, newest first."""
        return get(at("webhooks"), Page[Webhook], limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)

    def _page_of_deliveries(
        self,
        webhook_id: str,
        *,
        status: DeliveryStatus | None = None,
        of_type: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Call[Page[Delivery]]:
        """Give a page of what was sent to a webhook and what waits, newest first; raises `UnknownWebhook`."""
        path = at("webhooks", webhook_id, "deliveries")
        return get(path, Page[Delivery], status=status, type=of_type, limit=limit, cursor=cursor)

    deliveries = endpoint(_page_of_deliveries)
    all_deliveries = every(_page_of_deliveries)

    @endpoint
    def delivery(self, webhook_id: str, delivery_id: str) -> Call[DeliveryStory]:
        """Give one delivery with its body and all tries; raises `UnknownDelivery`."""
        return get(at("webhooks", webhook_id, "deliveries", delivery_id), DeliveryStory)

    @endpoint
    def resend(self, delivery_id: str) -> Call[Delivery]:
        """Have an event sent again, whatever came of it; raises `UnknownDelivery`, `WebhookOff`."""
        return post(at("webhooks", "deliveries", delivery_id, "resend"), Delivery)
