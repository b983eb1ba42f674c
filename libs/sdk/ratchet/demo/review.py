"""Where examples enter the review queue, and a manager approves them."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from contracts.api.example import ExampleStatus
from contracts.api.feedback import Source
from ratchet.demo import waiting
from ratchet.sample import Ticket

if TYPE_CHECKING:
    from ratchet.demo.story import Scene

_AT_ONCE = 1000


def teach(scene: "Scene", tickets: Sequence[Ticket]) -> None:
    """Submit examples by hand, and approve them."""
    submitted = [
        scene.client.examples.submit(
            task=scene.task, input=ticket.text, expected_output=ticket.category, source=Source.EXPERT
        )
        for ticket in scene.stage.each(tickets, "examples submitted", len(tickets))
    ]
    reviewed = scene.client.examples.review_many([example.id for example in submitted])
    scene.stage.tell(f"{len(submitted)} examples submitted, {reviewed.reviewed} approved.")


def approve_all(scene: "Scene") -> None:
    """Approve whatever waits, once all corrections have become examples."""
    scene.stage.step("What the experts said waits for review; a manager approves it")
    waiting_now = _wait_for_the_queue(scene)
    approved = sum(scene.stage.each(_approvals(scene), "pages approved", 1 + waiting_now // _AT_ONCE))
    stats = scene.client.examples.stats(task=scene.task)
    scene.stage.tell(f"{approved:,} examples approved now, {stats.by.get(ExampleStatus.APPROVED, 0):,} in all.")


def _approvals(scene: "Scene") -> Iterator[int]:
    while page := scene.client.examples.list(task=scene.task, status=ExampleStatus.PENDING, limit=_AT_ONCE).items:
        yield scene.client.examples.review_many([example.id for example in page]).reviewed


def _wait_for_the_queue(scene: "Scene") -> int:
    """Wait until every correction is in the queue, or the queue has stopped growing; gives its length."""
    gains = waiting.counted(lambda: _pending(scene), scene.plan.judged, patience_s=3)
    return sum(scene.stage.each(gains, "corrections becoming examples", total=1))


def _pending(scene: "Scene") -> int:
    return scene.client.examples.stats(task=scene.task).by.get(ExampleStatus.PENDING, 0)
