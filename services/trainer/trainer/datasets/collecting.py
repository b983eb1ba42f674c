"""Where the approved examples of a task are collected for a training, page by page, as of one moment."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from nats.aio.client import Client

from chassis.rpc.asking import ask
from chassis.rpc.caller import Caller
from contracts.api.example import TrainingRow
from contracts.command import Command
from contracts.commands.examples import CollectExamples
from contracts.errors import TooSlow, Unavailable

PAGE = 1000
_PAUSE_S = 1.0
Answer = TypeVar("Answer")

Hear = Callable[[str], None]
"""Is told in words how far it is, or what is waited for."""


_UNLEARNT = {"feedback_key", "inference_id"}


async def collect(
    connection: Client, caller: Caller, task: str, rows: Path, hear: Hear
) -> AsyncGenerator[tuple[TrainingRow, ...]]:
    """Write all approved examples as lines of JSON into a file, and give them page by page for the lineage.

    Waits while the feedback service is away.
    """
    asked = CollectExamples(task=task, until=datetime.now(UTC), limit=PAGE)
    count = 0
    with rows.open("wb") as file:
        while True:
            page = await ask_patiently(connection, asked, caller, hear)
            file.writelines(_line(row) for row in page.items)
            count += len(page.items)
            hear(f"{count:,} examples")
            yield page.items
            if page.next_cursor is None:
                return
            asked = asked.model_copy(update={"after": page.next_cursor})


def _line(row: TrainingRow) -> bytes:
    return row.model_dump_json(exclude_none=True, exclude=_UNLEARNT).encode() + b"\n"


async def ask_patiently(connection: Client, command: Command[Answer], caller: Caller, hear: Hear) -> Answer:
    """Ask again and again while the owner is away; whoever calls sets the limit."""
    while True:
        try:
            return await ask(connection, command, caller)
        except (Unavailable, TooSlow) as away:
            hear(f"waiting: {away.detail}")
            await asyncio.sleep(_PAUSE_S)
