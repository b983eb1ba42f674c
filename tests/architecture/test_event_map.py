"""Where the services are held against the contracts: each hears and answers what is declared for it, and no more."""

from typing import Any

import pytest

from chassis.handlers import Handlers
from chassis.rpc.answering import Answers
from contracts import commands, events
from contracts.command import CommandToAny
from contracts.service import Service
from feedback import handlers as of_feedback
from registry import handlers as of_registry
from trainer import handlers as of_trainer


class Absent:
    """Stands for what a service works with, none of which is used before a command comes."""

    def __getattr__(self, name: str) -> Any:
        return self


ABSENT: Any = Absent()
HEARD: dict[Service, Handlers] = {
    Service.FEEDBACK: of_feedback.events(),
    Service.REGISTRY: of_registry.handlers(),
    Service.TRAINER: of_trainer.handlers(ABSENT),
}
ANSWERED: dict[Service, Answers] = {
    Service.FEEDBACK: of_feedback.answers(ABSENT, ABSENT, ABSENT),
    Service.REGISTRY: of_registry.answers(ABSENT),
    Service.TRAINER: of_trainer.answers(ABSENT, ABSENT, ABSENT, ABSENT),
}


@pytest.mark.parametrize("service", HEARD)
def test_a_service_hears_what_the_contracts_say_it_hears(service: Service) -> None:
    assert {event for _, event in HEARD[service]} == {event for event in events.ALL if service in event.consumers}


@pytest.mark.parametrize("service", ANSWERED)
def test_a_service_answers_every_command_that_it_owns(service: Service) -> None:
    owned = {command for command in commands.ALL if command.owner is service}

    assert set(ANSWERED[service].commands()) == owned


def test_what_every_service_answers_is_left_to_the_chassis() -> None:
    everywhere = [command for command in commands.ALL if command.owner is None]

    assert everywhere
    assert all(issubclass(command, CommandToAny) for command in everywhere)
