"""Where answers of the database are remembered for a few seconds."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from chassis.faults import UNREACHABLE

Question = TypeVar("Question")
Answer = TypeVar("Answer")

_AT_MOST = 10_000
_USABLE_S = 300.0
_PAUSE_S = 1.0
_PATIENCE_S, _LONGEST_S = 0.8, 4.5
"""After which a database that takes a question and is silent counts as away: with an answer at hand, and without."""


@dataclass(slots=True)
class _Known(Generic[Answer]):
    answer: Answer
    fresh_until: float
    usable_until: float


class Memory(Generic[Question, Answer]):
    """The latest answers; each question is looked up by one task at a time.

    While the database cannot be reached, answers of the last five minutes stay good: nobody can change them meanwhile.
    """

    def __init__(
        self,
        look: Callable[[Question], Awaitable[Answer]],
        *,
        fresh_s: float,
        patience_s: float = _PATIENCE_S,
        longest_s: float = _LONGEST_S,
    ) -> None:
        self._look = look
        self._fresh_s = fresh_s
        self._patience_s = patience_s
        self._longest_s = longest_s
        self._known: dict[Question, _Known[Answer]] = {}
        self._looking: dict[Question, asyncio.Task[Answer]] = {}

    async def get(self, question: Question) -> Answer:
        known = self._known.get(question)
        if known and time.monotonic() < known.fresh_until:
            return known.answer
        try:
            async with asyncio.timeout(self._patience(known)):
                return await asyncio.shield(self._looking.get(question) or self._start(question))
        except UNREACHABLE:
            now = time.monotonic()
            if known is None or now > known.usable_until:
                raise
            known.fresh_until = now + _PAUSE_S
            return known.answer

    def _patience(self, known: _Known[Answer] | None) -> float:
        """Wait for long where there is no answer at hand, or none that is good: all was forgotten meanwhile."""
        is_good = known is not None and time.monotonic() <= known.usable_until
        return self._patience_s if is_good else self._longest_s

    def remembers(self, question: Question) -> bool:
        """Say whether there was an answer other than None, however long ago, or whether it costs nothing to ask."""
        known = self._known.get(question)
        is_known = known is not None and (known.answer is not None or time.monotonic() < known.fresh_until)
        return is_known or question in self._looking

    def forget(self) -> None:
        """Look everything up again; what is being looked up may be out of date already, and is not kept."""
        for known in self._known.values():
            known.fresh_until = known.usable_until = 0.0
        self._looking.clear()

    def _start(self, question: Question) -> asyncio.Task[Answer]:
        task = asyncio.create_task(self._look_up(question))
        self._looking[question] = task
        task.add_done_callback(lambda done: self._end(question, done))
        return task

    def _end(self, question: Question, looked: asyncio.Task[Answer]) -> None:
        if self._looking.get(question) is looked:
            del self._looking[question]

    async def _look_up(self, question: Question) -> Answer:
        answer = await self._look(question)
        if self._looking.get(question) is asyncio.current_task():
            self._keep(question, answer)
        return answer

    def _keep(self, question: Question, answer: Answer) -> None:
        now = time.monotonic()
        self._known.pop(question, None)
        if len(self._known) >= _AT_MOST:
            self._known.pop(next(iter(self._known)))
        self._known[question] = _Known(answer, now + self._fresh_s, now + _USABLE_S)
