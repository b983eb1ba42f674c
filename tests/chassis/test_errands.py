"""Where it is tried that errands are carried out beside one another, and that none stops the others."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress

from chassis.errands import Errands
from chassis.testing.waiting import eventually


class Board:
    """Stands for a table of errands; those that say so fail, or take until they are let go."""

    def __init__(self, *waiting: str) -> None:
        self.waiting = list(waiting)
        self.finished: list[str] = []
        self.most_at_once = 0
        self.outages = 0
        self.go = asyncio.Event()

    async def claim(self, room: int, in_hand: Sequence[str]) -> Sequence[str]:
        if self.outages:
            self.outages -= 1
            raise ConnectionResetError
        claimed, self.waiting = self.waiting[:room], self.waiting[room:]
        self.most_at_once = max(self.most_at_once, len(claimed) + len(in_hand))
        return claimed

    async def carry_out(self, errand: str) -> None:
        if errand == "bad":
            raise KeyError(errand)
        if errand == "slow":
            await self.go.wait()
        self.finished.append(errand)


@asynccontextmanager
async def running(board: Board, *, at_once: int = 3) -> AsyncGenerator[Errands[str]]:
    errands = Errands(board.claim, board.carry_out, at_once=at_once, poll_s=0.05)
    task = asyncio.create_task(errands.run())
    yield errands
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def all_of(board: Board, count: int) -> bool:
    return len(board.finished) == count


async def test_no_more_are_in_hand_than_there_is_room_for() -> None:
    board = Board(*(str(number) for number in range(20)))
    async with running(board):
        await eventually(lambda: all_of(board, 20))

    assert board.most_at_once <= 3


async def test_one_that_fails_or_takes_long_stops_no_other() -> None:
    board = Board("bad", "slow", "one", "two")
    async with running(board):
        await eventually(lambda: all_of(board, 2))
        before = list(board.finished)
        board.go.set()
        await eventually(lambda: all_of(board, 3))

    assert (before, board.finished[-1]) == (["one", "two"], "slow")


async def test_whoever_wakes_it_need_not_wait_for_the_next_look() -> None:
    board = Board()
    errands = Errands(board.claim, board.carry_out, at_once=1, poll_s=60)
    task = asyncio.create_task(errands.run())
    await asyncio.sleep(0.05)
    board.waiting.append("new")
    errands.wake()
    await eventually(lambda: all_of(board, 1))
    task.cancel()

    assert board.finished == ["new"]


async def test_it_goes_on_after_it_could_not_claim() -> None:
    board = Board("one")
    board.outages = 1
    async with running(board):
        await eventually(lambda: all_of(board, 1))

    assert board.finished == ["one"]
