"""Where tickets are answered by the version that serves, and experts say what each answer should have been."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

from contracts.api.feedback import FeedbackVerdict, NewFeedback, Source
from contracts.api.metrics import Period, VersionMetrics
from contracts.api.outcome import label_of
from contracts.api.version import Version
from ratchet.demo import waiting
from ratchet.demo.outcome import Served
from ratchet.sample import Ticket

if TYPE_CHECKING:
    from ratchet.demo.story import Scene

EXPERTS = "the demo's experts"


def serve(scene: "Scene", version: Version, tickets: Sequence[Ticket]) -> Served:
    """Answer tickets, send what the experts think of every answer, and read the live metrics."""
    scene.stage.step(f"{len(tickets):,} tickets for version {version.number}, and experts who check the answers")
    _wait_for_it(scene, version, tickets[0])
    judged_before, sent = _judged(_numbers(scene, version)), 0
    batches = list(_batches(tickets, scene.plan.batch))
    for batch in scene.stage.each(batches, "batches answered and judged", len(batches)):
        answered = scene.client.predictions.predict(scene.task, [ticket.text for ticket in batch])
        opinions = [_opinion(scene, *pair) for pair in zip(batch, answered.predictions, strict=True)]
        scene.client.feedback.send_many(opinions)
        sent += len(opinions) if answered.version_id == version.id else 0
    numbers = _settled(scene, version, judged_before, sent)
    served = Served(version=version, judged=_judged(numbers), live_accuracy=_accuracy(numbers))
    accuracy = "unknown" if served.live_accuracy is None else f"{served.live_accuracy:.1%}"
    scene.stage.tell(f"Live accuracy of version {version.number}: {accuracy} of {served.judged:,} judged answers.")
    return served


def _wait_for_it(scene: "Scene", version: Version, ticket: Ticket) -> None:
    """Wait until the version answers: the route is pushed, and the artifact loaded, a moment after the promotion."""

    def answers() -> bool | None:
        return scene.client.predictions.predict(scene.task, [ticket.text]).version_id == version.id or None

    waiting.until(answers, what=f"version {version.number} answers")


def _batches(tickets: Sequence[Ticket], size: int) -> Iterator[Sequence[Ticket]]:
    for begin in count(0, size):
        if begin >= len(tickets):
            return
        yield tickets[begin : begin + size]


def _opinion(scene: "Scene", ticket: Ticket, prediction: dict[str, Any]) -> NewFeedback:
    right = label_of(prediction) == ticket.category
    return NewFeedback(
        task=scene.task,
        inference_id=prediction["inference_id"],
        verdict=FeedbackVerdict.POSITIVE if right else FeedbackVerdict.NEGATIVE,
        correction=ticket.category,
        by=EXPERTS,
        source=Source.EXPERT,
    )


def _settled(scene: "Scene", version: Version, before: int, sent: int) -> VersionMetrics | None:
    """Wait until all opinions are counted; they are stored already, and counted in their own time."""
    gains = waiting.counted(lambda: _judged(_numbers(scene, version)) - before, sent)
    for _ in scene.stage.each(gains, "counting", total=1):
        pass
    return _numbers(scene, version)


def _numbers(scene: "Scene", version: Version) -> VersionMetrics | None:
    found = scene.client.metrics.get(scene.task, version=version.id, period=Period.ALL)
    return next((each for each in found.versions if each.version_id == version.id), None)


def _judged(numbers: VersionMetrics | None) -> int:
    return numbers.classification.judged if numbers else 0


def _accuracy(numbers: VersionMetrics | None) -> float | None:
    return numbers.classification.accuracy if numbers else None
