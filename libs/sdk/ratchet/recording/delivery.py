"""Where items are delivered, and what is refused for good is told apart from what has to wait."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.errors import BrokenJson, DomainError, InvalidInput, TooLarge
from ratchet.recording.items import Item
from ratchet.recording.sender import Line, Most, batches
from ratchet.wire import pauses

_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 5.0


@dataclass(frozen=True, slots=True)
class Refused:
    """An item that can never be accepted, and why."""

    item: Item
    reason: str


async def deliver(line: Line, items: Sequence[Item], most: Most) -> Sequence[Refused]:
    """Return once every item is accepted, or refused for good; raises the `DomainError` of what has to wait."""
    refused: list[Refused] = []
    for batch in batches(items, most):
        refused += await _settled(line, batch)
    return refused


def wait_after(failures: int, refusal: DomainError | None) -> float:
    """Give the seconds to wait after so many failures: doubling, with jitter, and as long as was asked for."""
    asked = refusal.facts.get("retry_after_s") if refusal else None
    least = float(asked) if isinstance(asked, int | float) else 0.0
    return least + pauses.doubling(failures, _FIRST_PAUSE_S, _LONGEST_PAUSE_S)


async def _settled(line: Line, batch: Sequence[Item]) -> Sequence[Refused]:
    """Send a batch; of one that is refused as a whole each half is sent alone, until it is known what is wrong."""
    try:
        wrong = await line.send(batch[0].sort, [item.body for item in batch])
    except (InvalidInput, BrokenJson, TooLarge) as refusal:
        if len(batch) == 1:
            return [Refused(batch[0], refusal.detail)]
        middle = len(batch) // 2
        return [*await _settled(line, batch[:middle]), *await _settled(line, batch[middle:])]
    return [Refused(batch[place], reason) for place, reason in wrong.items() if 0 <= place < len(batch)]
