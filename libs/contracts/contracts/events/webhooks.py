"""Where the facts of webhooks are declared."""

from contracts.event import Event
from contracts.message import Moment
from contracts.service import Service


class WebhookSwitchedOff(Event):
    """A webhook failed again and again and was switched off; somebody should look, and switch it on again.

    Of its address only the host is told, because the rest may be a secret.
    """

    subject = "webhook.switched_off"
    producer = Service.GATEWAY
    consumers = (Service.GATEWAY,)

    webhook_id: str
    name: str
    host: str
    failures: int
    failing_since: Moment
    reason: str
