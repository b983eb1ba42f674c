"""Where webhooks are described: which events a tenant has sent to which address, and what came of each."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from contracts.api.page import PageSize
from contracts.ids import Key
from contracts.message import Message, Moment, Request

_TYPES_HELP = "Types of the events to send, such as alert.raised; none means all."
_TASK_HELP = "Send only what is about this task; null: whatever it is about."

Address = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2000,
        description="Where events are posted to, with http or https.",
        examples=["https://hooks.example.com/ratchet"],
    ),
]
Name = Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$", examples=["pager"])]
EventType = Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")]
Types = Annotated[tuple[EventType, ...], Field(max_length=100, description=_TYPES_HELP, examples=[["alert.raised"]])]
TaskOrAny = Annotated[Key | None, Field(description=_TASK_HELP)]


class NewWebhook(Request):
    """A webhook to create: from now on events are posted to its address, signed with its secret."""

    url: Address
    name: Name = ""
    types: Types = ()
    task: TaskOrAny = None
    enabled: bool = True


class WebhookChange(Request):
    """The fields of a webhook to change; those not given stay. Only ``task`` may be null.

    ``enabled: true`` switches a webhook on again that was switched off because it failed.
    """

    url: Address | None = None
    name: Name | None = None
    types: Types | None = None
    task: TaskOrAny = None
    enabled: bool | None = None

    @property
    def given(self) -> dict[str, Any]:
        """The fields that were given, with their values."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Webhook(Message):
    """An address that events are sent to.

    ``failures`` counts failed tries since the last delivery, the first of them at ``failing_since``. A webhook that
    failed for too long was switched off at ``switched_off_at``, for ``off_reason``; somebody has to switch it on again.
    """

    id: str
    name: str
    url: str
    types: tuple[str, ...]
    task: str | None
    enabled: bool
    failures: int
    failing_since: Moment | None
    last_delivered_at: Moment | None
    switched_off_at: Moment | None
    off_reason: str | None
    former_secret_until: Moment | None
    revision: int
    created_at: Moment
    created_by: str


class MadeWebhook(Webhook):
    """A webhook with its new secret, which is never shown again."""

    secret: str


class SecretRotation(Request):
    """A new secret to make; until the old one has ended, requests are signed with both."""

    grace_minutes: Annotated[
        int, Field(ge=0, le=10_080, description="Minutes that the old secret goes on being signed with.")
    ] = 1440


class DeliveryStatus(StrEnum):
    """Where the delivery of an event is: it waits for its next try, or it ended."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class Delivery(Message):
    """One event on its way to one webhook; ``response_status``, ``error`` and ``latency_ms`` are the latest try's.

    ``tries`` counts since the event came, or was sent again.
    """

    id: str
    webhook_id: str
    event_id: str
    type: str
    task: str | None
    status: DeliveryStatus
    tries: int
    response_status: int | None
    latency_ms: float | None
    error: str | None
    next_try_at: Moment | None
    created_at: Moment
    ended_at: Moment | None


class DeliveryTry(Message):
    """One request that was made, or could not be; ``response_start`` is how the answer's body began."""

    at: Moment
    response_status: int | None
    response_start: str
    latency_ms: float
    error: str | None


class DeliveryStory(Delivery):
    """A delivery with the body that is sent, and all its tries, oldest first."""

    body: str
    story: tuple[DeliveryTry, ...]


class DeliveriesQuestion(Message):
    """Which deliveries are wanted."""

    status: DeliveryStatus | None = None
    type: EventType | None = None
    limit: PageSize = 50
    cursor: str | None = None


class WebhookEvent(Message):
    """What is posted to a webhook: an event, and whose it is. ``id`` is the same however often it is sent."""

    id: str
    type: str
    at: Moment
    tenant: str
    actor: str
    correlation_id: str
    causation_id: str | None
    content: dict[str, Any]
