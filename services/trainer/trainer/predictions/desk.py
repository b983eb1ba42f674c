"""Where the service asks the process that keeps models loaded; if it dies, another is started and asked the same."""

import asyncio
from itertools import count

from chassis.logging import log
from contracts.api.kind import Kinds
from contracts.errors import InternalFault, InvalidInput, TooSlow
from trainer.executors import local
from trainer.executors.children import Child, Forkserver
from trainer.executors.frames import Frame
from trainer.settings import Settings

ANSWER = "trainer.predictions.answering:answer"
_MOST_TRIES = 3
_LONGEST_S = 12.0


class _Line:
    """A living process and the questions that it has not answered yet."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.is_open = True
        self._waiting: dict[int, asyncio.Future[Frame | None]] = {}
        self._numbers = count(1)

    async def ask(self, question: Frame) -> Frame | None:
        """Wait for the answer; None if the process died over it."""
        number = next(self._numbers)
        answered = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            self.child.send({"number": number, **question})
            return await answered
        finally:
            del self._waiting[number]

    async def listen(self) -> None:
        """Hand out answers until the process has ended."""
        try:
            while answer := await self.child.receive():
                self._settle(answer["number"], answer)
        finally:
            self.is_open = False
            self.child.close()
            for number in tuple(self._waiting):
                self._settle(number, None)

    def _settle(self, number: int, answer: Frame | None) -> None:
        waiting = self._waiting.get(number)
        if waiting and not waiting.done():
            waiting.set_result(answer)


class AskedDesk:
    """The process that answers, started when it is first asked."""

    def __init__(self, forkserver: Forkserver, settings: Settings) -> None:
        self._forkserver = forkserver
        self._settings = settings
        self._opening = asyncio.Lock()
        self._line: _Line | None = None
        self._kinds: Kinds | None = None
        self._listening: asyncio.Task[None] | None = None

    async def ask(self, question: Frame) -> Frame:
        """Give the answer; raises `TooSlow`, and `InternalFault` if process after process dies over the question."""
        for _ in range(_MOST_TRIES):
            line = await self._open()
            try:
                async with asyncio.timeout(_LONGEST_S):
                    answer = await line.ask(question)
            except TimeoutError as late:
                await self._forkserver.kill(line.child)
                raise TooSlow(f"The model did not answer within {_LONGEST_S:g} s.") from late
            if answer is not None:
                return answer
            log().warning("predictions.lost")
        raise InternalFault("The model's process ended each time it was asked; it was logged.")

    async def kinds(self) -> Kinds:
        """Give what the installed kinds say of themselves; that does not change while the service runs."""
        if self._kinds is None:
            self._kinds = Kinds.model_validate(await self.ask({"kinds": True}))
        return self._kinds

    async def once(self, call: str, order: Frame) -> Frame:
        """Have a process of its own carry out a function of the same files; gives what it made.

        Raises `InvalidInput` where it refuses, `InternalFault` where it breaks.
        """
        order = order | {"artifacts_url": self._settings.artifacts_url}
        last = await local.carry_out(self._forkserver, call, order, lambda _: None)
        if "result" in last:
            return last["result"]
        if "refused" in last:
            raise InvalidInput(last["refused"])
        log().error("child.failed", call=call, reason=str(last))
        raise InternalFault("Something went wrong on our side; it was logged.")

    async def _open(self) -> _Line:
        async with self._opening:
            if self._line is None or not self._line.is_open:
                child = await self._forkserver.fork(ANSWER)
                child.send({"artifacts_url": self._settings.artifacts_url, "models": self._settings.models_in_memory})
                self._line = _Line(child)
                self._listening = asyncio.create_task(self._line.listen())
            return self._line

    async def close(self) -> None:
        """End the process."""
        if self._line and self._listening:
            await self._forkserver.kill(self._line.child)
            await self._listening
