"""Where messages that could not be handled are shown to their tenant and handed in again."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from chassis import pages, store
from chassis.database import Transaction
from chassis.rpc.answering import Answers
from contracts.api.dead_letter import DeadLetter
from contracts.api.page import Page
from contracts.commands.dead_letters import ListDeadLetters, ReplayDeadLetter
from contracts.errors import UnknownDeadLetter

Replay = Callable[[Transaction, str, store.Outgoing], Awaitable[None]]
"""Handles a message that a consumer could not handle before, in the given transaction."""


def answer(answers: Answers, replay: Replay) -> None:
    """Let a service answer the commands about its dead letters."""

    @answers.to(ListDeadLetters)
    async def list_letters(tx: Transaction, command: ListDeadLetters) -> Page[DeadLetter]:
        before = pages.uuid(command.cursor)
        letters = await store.list_letters(tx, command.service, before=before, limit=command.limit + 1)
        return pages.cut(letters, command.limit, lambda letter: letter.id)

    @answers.to(ReplayDeadLetter)
    async def replay_letter(tx: Transaction, command: ReplayDeadLetter) -> DeadLetter:
        taken = await store.take_letter(tx, command.service, _uuid(command.dead_letter_id))
        if taken is None:
            raise _unknown(command.dead_letter_id)
        letter, message = taken
        await replay(tx, letter.consumer, message)
        return letter


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as wrong:
        raise _unknown(text) from wrong


def _unknown(letter_id: str) -> UnknownDeadLetter:
    detail = f"There is no dead letter {letter_id!r} at this service."
    return UnknownDeadLetter(detail)
