"""Where deliveries are sent: one try each time, what comes of it noted, and webhooks that only fail switched off."""

import random
import time
from collections import Counter
from collections.abc import Sequence

from prometheus_client import Histogram

from chassis.database import EVERY_TENANT, Database, Transaction
from chassis.errands import Errands
from chassis.logging import log
from contracts import signing
from contracts.api.webhook import DeliveryStatus
from contracts.event import Cause
from contracts.events.webhooks import WebhookSwitchedOff
from gateway.store import webhook_claims as claims
from gateway.store import webhook_health as health
from gateway.store.webhook_claims import Answered, Claimed, Next, Room
from gateway.store.webhooks import Failing, Salted
from gateway.webhooks import addresses, pauses
from gateway.webhooks.pauses import Patience
from gateway.webhooks.posting import Letter, Poster
from gateway.webhooks.vault import Vault

AT_ONCE = 64
_TO_ONE_WEBHOOK = 4
_OF_ONE_TENANT = 16
_POLL_S = 1.0
_LEASE_BEYOND_S = 30.0
_SECONDS = Histogram("ratchet_webhook_seconds", "Time until a webhook answered.", ["outcome"])
_ACTOR = "ratchet"
_AGENT = "Ratchet-Webhooks/1"


class Sender:
    """Whoever sends: several gateways share the queue, and each takes what the others leave."""

    def __init__(self, database: Database, vault: Vault, poster: Poster, patience: Patience) -> None:
        self.lease_s = poster.timeout_s + _LEASE_BEYOND_S
        self._database = database
        self._vault = vault
        self._poster = poster
        self._patience = patience
        self.errands = Errands(self._claim, self._send, at_once=AT_ONCE, poll_s=_POLL_S)

    async def post(self, claimed: Claimed) -> Answered:
        """Make one request, signed now."""
        secret = self._vault.find(Salted(claimed.salt, claimed.proof))
        if secret is None:
            return Answered(None, "", 0, "RATCHET_SECRET_KEY has changed since its secret was made; rotate the secret")
        former = (self._vault.secret(claimed.former_salt),) if claimed.former_salt else ()
        answered = await self._poster.post(_letter(claimed, (secret, *former)))
        _SECONDS.labels("failed" if answered.error else "delivered").observe(answered.latency_ms / 1000)
        return answered

    async def _claim(self, room: int, in_hand: Sequence[Claimed]) -> Sequence[Claimed]:
        """Take what is due, but leave room for other webhooks and tenants than the slow ones."""
        to_webhooks = Counter(each.webhook_id for each in in_hand)
        of_tenants = Counter(each.tenant for each in in_hand)
        async with self._database.transaction(EVERY_TENANT) as tx:
            wanted = Room(
                limit=room,
                each=_TO_ONE_WEBHOOK,
                other_than=_reached(_TO_ONE_WEBHOOK, to_webhooks),
                not_of=[*_reached(_OF_ONE_TENANT, of_tenants), *await claims.list_stopped(tx)],
                lease_s=self.lease_s,
            )
            claimed = await claims.claim(tx, wanted)
            return await claims.list_claimed(tx, claimed) if claimed else ()

    async def _send(self, claimed: Claimed) -> None:
        if claimed.tries > self._patience.tries:
            answered = Answered(None, "", 0, "the last tries were begun and never ended")
        else:
            answered = await self.post(claimed)
        async with self._database.transaction(claimed.tenant, Cause(_ACTOR)) as tx:
            if await health.lock(tx, claimed.webhook_id):
                following = await self._following(tx, claimed, answered)
                await claims.settle(tx, claimed, answered, following)
                await claims.note_try(tx, claimed.id, answered)

    async def _following(self, tx: Transaction, claimed: Claimed, answered: Answered) -> Next:
        if answered.error is None:
            await health.note_delivery(tx, claimed.webhook_id)
            return Next(DeliveryStatus.DELIVERED)
        failing = await health.note_failure(tx, claimed.webhook_id)
        if failing and pauses.is_hopeless(self._patience, failing):
            await _switch_off(tx, claimed.webhook_id, failing, answered.error)
        return pauses.after_failure(self._patience, claimed.tries, random.random())  # noqa: S311 (it spreads, no more)


def _reached(most: int, counts: Counter[str]) -> list[str]:
    return [each for each, count in counts.items() if count >= most]


async def _switch_off(tx: Transaction, webhook_id: str, failing: Failing, error: str) -> None:
    reason = f"It failed {failing.failures} times in a row since {failing.since:%Y-%m-%d %H:%M} UTC; last, {error}."
    await health.switch_off(tx, webhook_id, reason)
    event = WebhookSwitchedOff(
        webhook_id=webhook_id,
        name=failing.name,
        host=addresses.host_of(failing.url),
        failures=failing.failures,
        failing_since=failing.since,
        reason=reason,
    )
    tx.publish(event)
    log().warning("webhook.switched_off", tenant=tx.tenant, webhook=webhook_id, reason=reason)


def _letter(claimed: Claimed, secrets: Sequence[str]) -> Letter:
    headers = {
        "Content-Type": "application/json",
        "User-Agent": _AGENT,
        "Ratchet-Event": claimed.type,
        "Ratchet-Delivery": claimed.id,
        signing.HEADER: signing.header(claimed.body, secrets, int(time.time())),
    }
    return Letter(claimed.url, headers, claimed.body)
