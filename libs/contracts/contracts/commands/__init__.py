"""Where all commands are listed; permissions and published schemas are made from this list."""

from types import ModuleType
from typing import Any, TypeGuard

from contracts.command import Command
from contracts.commands import (
    assessments,
    datasets,
    dead_letters,
    erasure,
    examples,
    experiments,
    exports,
    feedback_policies,
    health,
    insights,
    jobs,
    kinds,
    lineage,
    metrics,
    ping,
    predictions,
    prices,
    prompts,
    redaction,
    retraining,
    reviews,
    rollouts,
    schedules,
    tasks,
    versions,
)

_MODULES = (
    assessments,
    datasets,
    dead_letters,
    erasure,
    examples,
    experiments,
    exports,
    feedback_policies,
    health,
    insights,
    jobs,
    kinds,
    lineage,
    metrics,
    ping,
    predictions,
    prices,
    prompts,
    redaction,
    retraining,
    reviews,
    rollouts,
    schedules,
    tasks,
    versions,
)


def _declared(module: ModuleType) -> tuple[type[Command[Any]], ...]:
    """Give the commands that a module declares, in the order in which it does."""
    return tuple(each for each in vars(module).values() if _is_declared(each, module))


def _is_declared(each: object, module: ModuleType) -> TypeGuard[type[Command[Any]]]:
    # Beside the commands, a module holds the parametrised classes that pydantic makes for them; those have no subject.
    return isinstance(each, type) and each.__module__ == module.__name__ and "subject" in vars(each)


ALL: tuple[type[Command[Any]], ...] = tuple(command for module in _MODULES for command in _declared(module))
