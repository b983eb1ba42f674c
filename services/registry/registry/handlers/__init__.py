"""Where commands and events are handed to their use cases."""

from chassis.handlers import Handlers
from chassis.rpc.answering import Answers
from chassis.service import Parts
from contracts.service import Service
from registry.handlers import (
    about_experiments,
    about_health,
    about_prompts,
    about_rollouts,
    about_routes,
    about_tasks,
    about_versions,
    of_erasures,
    of_performances,
    of_trainings,
)


def handlers() -> Handlers:
    """Give what the registry does about events."""
    heard = Handlers(Service.REGISTRY)
    of_trainings.hear(heard)
    of_erasures.hear(heard)
    of_performances.hear(heard)
    return heard


def answers(parts: Parts) -> Answers:
    """Give the commands that the registry answers, and how."""
    known = Answers()
    about_tasks.answer(known)
    about_versions.answer(known)
    about_prompts.answer(known)
    about_routes.answer(known)
    about_rollouts.answer(known)
    about_experiments.answer(known)
    about_health.answer(known, parts)
    return known
