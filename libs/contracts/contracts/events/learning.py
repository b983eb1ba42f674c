"""Where the facts of examples and of retraining are declared."""

from contracts.api.example import ExampleKind, ExampleStatus
from contracts.api.review import HistoryKind
from contracts.event import Event
from contracts.service import Service


class ExampleSubmitted(Event):
    """An example entered review, or was approved by policy at once."""

    subject = "example.submitted"
    producer = Service.FEEDBACK
    consumers = (Service.GATEWAY,)

    task: str
    example_id: str
    kind: ExampleKind
    status: ExampleStatus
    quality: float


class ExamplesReviewed(Event):
    """Reviewers decided on examples."""

    subject = "examples.reviewed"
    producer = Service.FEEDBACK
    consumers = (Service.GATEWAY,)

    task: str
    status: ExampleStatus
    count: int
    by: str


class QueueChanged(Event):
    """Something happened to examples that are still in review; ``disputed`` of them wait for somebody to decide."""

    subject = "queue.changed"
    producer = Service.FEEDBACK
    consumers = (Service.GATEWAY,)

    task: str
    what: HistoryKind
    count: int
    by: str
    disputed: int = 0
    example_id: str | None = None


class RetrainEvaluated(Event):
    """A retrain policy was checked; the decision says whether it fired and on what evidence."""

    subject = "retrain.evaluated"
    producer = Service.FEEDBACK
    consumers = (Service.GATEWAY,)

    task: str
    decision_id: str
    fired: bool
    reasons: tuple[str, ...]
