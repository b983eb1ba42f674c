"""Where it is said what the service does about events, and how it answers commands."""

from chassis.handlers import Handlers
from chassis.known_tasks import KnownTasks
from chassis.rpc.answering import Answers
from contracts.service import Service
from feedback.handlers import about_examples, about_metrics, about_retraining, of_phases, of_releases, of_trainings


def events() -> Handlers:
    """Give what is done about each event."""
    made = Handlers(Service.FEEDBACK)
    of_trainings.hear(made)
    of_releases.hear(made)
    of_phases.hear(made)
    return made


def answers(known_tasks: KnownTasks) -> Answers:
    """Give how each command is answered."""
    made = Answers()
    about_examples.answer(made, known_tasks)
    about_metrics.answer(made, known_tasks)
    about_retraining.answer(made, known_tasks)
    return made
