"""Where everything about webhooks is put together: the queue, and whoever sends."""

from dataclasses import dataclass

from chassis.service import Parts
from gateway.access.limits import Limits, Rate
from gateway.settings import Settings
from gateway.webhooks import addresses, queueing, vault
from gateway.webhooks.addresses import Network
from gateway.webhooks.dialing import Dialer
from gateway.webhooks.pauses import Patience
from gateway.webhooks.posting import Poster
from gateway.webhooks.sending import Sender
from gateway.webhooks.vault import Vault

_TESTS = Rate(per_s=1, burst=20)


@dataclass(frozen=True, slots=True)
class Courier:
    """What requests about webhooks are answered with; ``tests`` limits how many of them a tenant has posted."""

    vault: Vault
    networks: tuple[Network, ...]
    sender: Sender
    tests: Limits


async def begin(parts: Parts, settings: Settings) -> Courier:
    """Read events and send deliveries from now on, until the service stops."""
    networks = addresses.networks(settings.webhook_networks)
    opened = await vault.opened(parts.database, settings)
    poster = Poster(Dialer(networks), timeout_s=settings.webhook_timeout_s)
    sender = Sender(parts.database, opened, poster, _patience(settings))
    parts.beside(sender.errands.run())
    parts.beside(queueing.consumer(parts, sender.errands.wake).run())
    return Courier(opened, networks, sender, Limits(_TESTS, _too_many, "tests_per_s"))


def _too_many(_: str, per_s: int, wait: int) -> str:
    return f"A tenant may have {per_s:,} test a second posted to its webhooks; please try again in {wait:,} s."


def _patience(settings: Settings) -> Patience:
    return Patience(
        tries=settings.webhook_tries,
        first_pause_s=settings.webhook_first_pause_s,
        failures=settings.webhook_failures,
        failing_s=settings.webhook_failing_h * 3600,
    )
