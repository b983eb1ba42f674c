"""Where the service has child processes forked, talks with them, and has them killed."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from itertools import count

import orjson

from chassis.logging import log
from trainer.executors import frames
from trainer.executors.frames import Frame

PRELOADED = (
    "trainer.executors.fitting",
    "trainer.executors.reading",
    "trainer.predictions.answering",
    "trainer.trainers.actions",
    "trainer.trainers.chat",
    "trainer.trainers.classification",
    "trainer.trainers.forecast",
    "trainer.trainers.rag",
    "trainer.trainers.risk",
    "trainer.trainers.workflows",
)
_PAUSE_S = 0.5
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "POLARS_MAX_THREADS")
_PATIENT = {"OMP_WAIT_POLICY": "PASSIVE"}
"""Threads of OpenMP that wait by spinning took 62 s for what takes 7 s, on two cores with other work (measured)."""


class Child:
    """A forked process: frames go both ways, and when this side closes, it ends by itself."""

    def __init__(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.number = number
        self._reader = reader
        self._writer = writer
        self.code: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()

    def send(self, frame: Frame) -> None:
        self._writer.write(frames.encode(frame))

    async def receive(self) -> Frame | None:
        """Wait for the next frame; None when the process has ended."""
        return await frames.receive(self._reader)

    def close(self) -> None:
        self._writer.close()


class Forkserver:
    """The warm process, started again whenever it ends."""

    def __init__(self, *, threads: int, preloaded: Sequence[str] = PRELOADED) -> None:
        """Prepare; `run` starts it, with so many threads for each child's numerical libraries."""
        self._environment = os.environ | dict.fromkeys(_THREADS, str(threads)) | _PATIENT
        self._preloaded = preloaded
        self._numbers = count(1)
        self._children: dict[int, Child] = {}
        self._control: socket.socket | None = None
        self._warm = asyncio.Event()
        self.pid: int | None = None
        self.problem = "the process that trainings are forked from is being prepared"

    @property
    def is_warm(self) -> bool:
        """Say whether children can be forked at once."""
        return self._warm.is_set()

    async def run(self) -> None:
        """Keep the process running until cancelled."""
        while True:
            await self._run_once()
            self.problem = "the process that trainings are forked from ended; it is being started again"
            log().warning("forkserver.lost")
            await asyncio.sleep(_PAUSE_S)

    @contextlib.asynccontextmanager
    async def child(self, call: str) -> AsyncGenerator[Child]:
        """Fork a child that carries out a function; at the end it is dead, however it went."""
        child = await self.fork(call)
        try:
            yield child
        finally:
            await self.kill(child)

    async def fork(self, call: str) -> Child:
        """Fork a child as soon as the process is warm."""
        await self._warm.wait()
        ours, theirs = socket.socketpair()
        with theirs:
            number = next(self._numbers)
            child = Child(number, *await asyncio.open_connection(sock=ours))
            self._children[number] = child
            self._order({"child": number, "call": call}, [theirs.fileno()])
        if self._control is None:
            self._forget(number, None)
        return child

    async def kill(self, child: Child) -> None:
        """Kill a child and wait until it has ended."""
        if not child.code.done():
            self._order({"kill": child.number}, [])
        await asyncio.shield(child.code)
        child.close()

    def _order(self, order: Mapping[str, object], descriptors: Sequence[int]) -> None:
        if self._control is None:
            return
        with contextlib.suppress(OSError):
            socket.send_fds(self._control, [orjson.dumps(order) + b"\n"], descriptors)

    async def _run_once(self) -> None:
        control, process = self._start()
        reader, writer = await asyncio.open_connection(sock=control.dup())
        try:
            while line := await _line(reader):
                self._hear(line)
        finally:
            writer.close()
            await self._end(process)

    def _start(self) -> tuple[socket.socket, subprocess.Popen[bytes]]:
        ours, theirs = socket.socketpair()
        with theirs:
            command = (sys.executable, "-m", "trainer.executors.forkserver", str(theirs.fileno()), *self._preloaded)
            process = subprocess.Popen(  # noqa: S603 (our own program)
                command, pass_fds=[theirs.fileno()], env=self._environment, stdin=subprocess.DEVNULL
            )
        self.pid, self._control = process.pid, ours
        return ours, process

    async def _end(self, process: subprocess.Popen[bytes]) -> None:
        """Let go; the process ends by itself as soon as it listens, which it does not while it is warming."""
        if not self._warm.is_set():
            process.terminate()
        self._lose()
        await asyncio.shield(asyncio.to_thread(process.wait))

    def _hear(self, line: Frame) -> None:
        if "warm" in line:
            self.problem = ""
            self._warm.set()
            log().info("forkserver.warmed", pid=self.pid)
        elif "ended" in line:
            self._forget(line["ended"], line["code"])

    def _lose(self) -> None:
        """The process is gone or about to go: so are the children, once they see our ends closed."""
        self._warm.clear()
        if self._control:
            self._control.close()
        self._control = None
        for number in tuple(self._children):
            self._children[number].close()
            self._forget(number, None)

    def _forget(self, number: int, code: int | None) -> None:
        child = self._children.pop(number, None)
        if child and not child.code.done():
            child.code.set_result(code)


async def _line(reader: asyncio.StreamReader) -> Frame | None:
    try:
        line = await reader.readline()
    except ConnectionError:
        return None
    return orjson.loads(line) if line else None
