"""Where it is decided how long to wait for the next try, and when a webhook is switched off: pure functions."""

from dataclasses import dataclass

from contracts.api.webhook import DeliveryStatus
from gateway.store.webhook_claims import Next
from gateway.store.webhooks import Failing

_GROWTH = 4
_LONGEST_S = 12 * 3600.0
_SPREAD = 0.2


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and for how long is tried."""

    tries: int
    first_pause_s: float
    failures: int
    failing_s: float


def after_failure(patience: Patience, tries: int, chance: float) -> Next:
    """Say what becomes of a delivery whose try of this number failed; the chance, from 0 to 1, spreads the pauses."""
    if tries >= patience.tries:
        return Next(DeliveryStatus.FAILED)
    pause_s = min(patience.first_pause_s * _GROWTH ** (tries - 1), _LONGEST_S)
    return Next(DeliveryStatus.WAITING, pause_s * (1 + _SPREAD * (2 * chance - 1)))


def is_hopeless(patience: Patience, failing: Failing) -> bool:
    """Say whether a webhook has failed so often, for so long, that it is switched off."""
    return failing.failures >= patience.failures and failing.lasted_s >= patience.failing_s
