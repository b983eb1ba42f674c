"""Where it is said what the service does about events, and how it answers commands."""

from chassis.handlers import Handlers
from chassis.known_tasks import KnownTasks
from chassis.rpc.answering import Answers
from contracts.service import Service
from feedback.examples.thresholds import Thresholds
from feedback.handlers import (
    about_assessments,
    about_erasures,
    about_examples,
    about_exports,
    about_insights,
    about_metrics,
    about_policies,
    about_prices,
    about_redaction,
    about_retraining,
    about_reviews,
    of_erasures,
    of_phases,
    of_releases,
    of_trainings,
)
from feedback.metrics.grains import Kept


def events() -> Handlers:
    """Give what is done about each event."""
    made = Handlers(Service.FEEDBACK)
    of_trainings.hear(made)
    of_releases.hear(made)
    of_phases.hear(made)
    of_erasures.hear(made)
    return made


def answers(known_tasks: KnownTasks, thresholds: Thresholds, kept: Kept) -> Answers:
    """Give how each command is answered."""
    made = Answers()
    about_assessments.answer(made, known_tasks, thresholds)
    about_erasures.answer(made)
    about_examples.answer(made, known_tasks)
    about_exports.answer(made, known_tasks)
    about_insights.answer(made, known_tasks, kept)
    about_metrics.answer(made, known_tasks, kept)
    about_policies.answer(made, known_tasks)
    about_prices.answer(made)
    about_redaction.answer(made)
    about_retraining.answer(made, known_tasks)
    about_reviews.answer(made, known_tasks)
    return made
