"""Where a route says what right it demands, and is given somebody who may ask."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query, Request
from pydantic_core import PydanticSerializationError

from chassis.database import Transaction
from chassis.rpc.asking import ask
from chassis.rpc.caller import Caller
from contracts.api.setting import SettingValues
from contracts.command import Command
from contracts.commands.listing import Listing
from contracts.errors import InvalidInput
from gateway.access import training
from gateway.access.identity import Identity, demand
from gateway.access.rights import Right
from gateway.api.desk import Desk

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody with a valid key, at the desk."""

    identity: Identity
    caller: Caller
    desk: Desk

    async def ask(self, command: Command[Answer]) -> Answer:
        """Send a command to its owner on behalf of this tenant and actor."""
        try:
            return await ask(self.desk.parts.nats, command, self.caller)
        except PydanticSerializationError as wrong:
            raise InvalidInput.at("body", "contains characters that are not valid Unicode") from wrong

    @property
    def looking(self) -> "Asker":
        """Give the same asker for questions: under the request's key the first answer would be given again."""
        return replace(self, caller=replace(self.caller, idempotency_key=None))

    @property
    def settings(self) -> SettingValues:
        """Give the settings of this tenant; what its plan leaves of them is known here before it is pushed."""
        return self.desk.parts.known_settings.as_set(self.caller.tenant)

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction of this tenant, for what the gateway owns itself."""
        return self.desk.parts.database.transaction(self.caller.tenant, self.caller.cause)


def may(right: Right) -> Any:  # noqa: ANN401 (what FastAPI's Depends gives)
    """Demand a right of whoever asks."""
    return Depends(_demanding(right), scope="function")


def _demanding(right: Right) -> Callable[[Request], Awaitable[Asker]]:
    async def asker(request: Request) -> Asker:
        found: Asker = request.state.asker
        demand(found.identity, right)
        return found

    return asker


async def _somebody(request: Request) -> Asker:
    found: Asker = request.state.asker
    return found


async def _training(trainer: Annotated[Asker, may(Right.TRAIN)]) -> Asker:
    training.demand(trainer.identity, trainer.settings)
    return trainer


Somebody = Annotated[Asker, Depends(_somebody, scope="function")]
"""Whoever has a valid key or session, whatever its rights."""

Resolver = Annotated[Asker, may(Right.RESOLVE)]
Reader = Annotated[Asker, may(Right.READ)]
Logger = Annotated[Asker, may(Right.LOG)]
Predictor = Annotated[Asker, may(Right.PREDICT)]
Submitter = Annotated[Asker, may(Right.SUBMIT)]
Reviewer = Annotated[Asker, may(Right.REVIEW)]
Releaser = Annotated[Asker, may(Right.RELEASE)]
Configurer = Annotated[Asker, may(Right.CONFIGURE)]
TrainingKeeper = Annotated[Asker, may(Right.TRAIN)]
"""Whoever has the right to train, also while training is switched off: to stop it, and to tidy up."""

Trainer = Annotated[Asker, Depends(_training, scope="function")]
"""Whoever may train now: plan and settings allow it too."""

Administrator = Annotated[Asker, may(Right.ADMINISTER)]
Governor = Annotated[Asker, may(Right.GOVERN)]

PageOf = Annotated[Listing, Query()]
"""The query parameters ``limit`` and ``cursor``."""
