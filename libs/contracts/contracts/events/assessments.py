"""Where it is declared that the labels of examples were assessed."""

from contracts.event import Event
from contracts.service import Service


class ExamplesAssessed(Event):
    """A classifier that did not learn from them looked at a task's examples; their quality says what it found."""

    subject = "examples.assessed"
    producer = Service.FEEDBACK
    consumers = (Service.GATEWAY,)

    task: str
    number: int
    examples: int
    assessed: int
    approved: int
    suspects: int
