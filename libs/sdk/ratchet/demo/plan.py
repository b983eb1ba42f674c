"""Where the demo's task, its numbers and its tickets are."""

from dataclasses import dataclass
from random import Random

from ratchet import sample
from ratchet.sample import Ticket, generate

TASK = "ticket-category"


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is played: tickets taught at first, answered and judged, and answered again as a proof."""

    task: str = TASK
    taught: int = 150
    judged: int = 2_500
    proof: int = 600
    batch: int = 250
    min_accuracy: float = 0.95
    min_new_examples: int = 1_000
    cooldown_minutes: float = 24 * 60


@dataclass(frozen=True, slots=True)
class Tickets:
    """The tickets of one play; no ticket is in two parts."""

    taught: tuple[Ticket, ...]
    judged: tuple[Ticket, ...]
    proof: tuple[Ticket, ...]


def deal(plan: Plan, versions: int) -> Tickets:
    """Deal tickets to a play: the bundled ones if there is no version yet, otherwise ones that nobody has seen."""
    wanted = plan.taught + plan.judged + plan.proof
    pile = _unseen(wanted, versions) if versions else tuple(sample.load()[:wanted])
    end = plan.taught + plan.judged
    return Tickets(taught=pile[: plan.taught], judged=pile[plan.taught : end], proof=pile[end:])


def _unseen(wanted: int, versions: int) -> tuple[Ticket, ...]:
    known = {ticket.text for ticket in sample.load()}
    made = generate.tickets(Random(generate.SEED + versions), wanted + len(known) // 4)  # noqa: S311 (always the same)
    return tuple(Ticket(text, category) for text, category in made if text not in known)[:wanted]
