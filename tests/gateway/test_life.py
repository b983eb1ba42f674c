"""Where it is tried that the gateway starts, stops, and lives on without its database."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from itertools import count
from pathlib import Path

import httpx
import psutil
import pytest

from chassis.embedded import postgres as server
from chassis.testing import databases
from chassis.testing.waiting import eventually
from contracts.service import Service
from gateway.access.memory import Memory
from tests.gateway.stage import ADMIN_KEY, as_, gateway_on

OPINION = {"task": "tickets", "key": "k1", "helpful": True}


@pytest.fixture
async def postgres_folder(tmp_path: Path) -> AsyncGenerator[Path]:
    folder = tmp_path / "postgres"
    await asyncio.to_thread(server.start, folder, durable=False)
    yield folder
    await asyncio.to_thread(server.stop, folder)


async def test_without_postgres_known_keys_go_on_sending_and_changes_are_refused(
    postgres_folder: Path, nats_url: str
) -> None:
    maintenance = await databases.begin(server.start(postgres_folder, durable=False).url)
    url = databases.url_of(maintenance, await databases.create(maintenance), Service.GATEWAY)
    async with gateway_on(url, nats_url, key_cache_s=0) as gateway:
        await gateway.create_route("tickets")
        await eventually(lambda: _status(gateway.admin.post("/v1/feedback", json=OPINION), 202))

        await asyncio.to_thread(server.stop, postgres_folder)
        sent = await gateway.admin.post("/v1/feedback", json=OPINION)
        changed = await gateway.admin.post("/v1/tenants", json={"key": "globex"})
        unrecorded = await gateway.admin.post("/v1/tasks/tickets/rollback")
        unknown = await gateway.admin.get("/v1/me", headers={"Authorization": "Bearer rk_other"})
        await asyncio.to_thread(server.start, postgres_folder, durable=False)
        keys = (f"globex-{number}" for number in count())
        await eventually(lambda: _status(gateway.admin.post("/v1/tenants", json={"key": next(keys)}), 201))

    assert (sent.status_code, changed.status_code, unknown.status_code) == (202, 503, 503)
    assert "could not be written to the audit log" in unrecorded.json()["detail"]


async def test_a_gateway_that_is_told_to_stop_ends_its_streams_and_itself(
    database_of: Callable[[Service], str], nats_url: str
) -> None:
    settings = {
        "RATCHET_DATABASE_URL": database_of(Service.GATEWAY),
        "RATCHET_NATS_URL": nats_url,
        "RATCHET_PORT": "0",
        "RATCHET_BOOTSTRAP_ADMIN_KEY": ADMIN_KEY,
    }
    program = await asyncio.create_subprocess_exec(sys.executable, "-m", "gateway", env=os.environ | settings)
    port = await eventually(lambda: _listening(program.pid), within_s=60)
    async with as_(f"http://127.0.0.1:{port}", ADMIN_KEY) as admin:
        await eventually(lambda: _status(admin.get("/livez"), 200))

        async with admin.stream("GET", "/v1/events") as watching:
            program.send_signal(signal.SIGTERM)
            rest = [line async for line in watching.aiter_lines()]
        code = await asyncio.wait_for(program.wait(), 60)

    assert code == 0
    assert "event: stream.closed" in rest
    assert set(rest) - {":", ""} == set(rest[-3:-1])


async def test_what_was_looked_up_lately_stays_good_while_the_database_is_away() -> None:
    answers: list[int | OSError] = [1, OSError(), 2]

    async def look(_: str) -> int:
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer

    memory = Memory[str, int](look, fresh_s=0)

    assert [await memory.get("a"), await memory.get("a")] == [1, 1]
    memory.forget()
    assert await memory.get("a") == 2


async def test_what_was_looked_up_lately_stays_good_while_the_database_takes_questions_and_is_silent() -> None:
    answering = asyncio.Event()
    answering.set()

    async def look(_: str) -> int:
        await answering.wait()
        return 1

    memory = Memory[str, int](look, fresh_s=0, patience_s=0.01, longest_s=0.1)
    await eventually(lambda: _known(memory))
    answering.clear()

    assert await memory.get("a") == 1
    memory.forget()
    with pytest.raises(TimeoutError):
        await memory.get("a")
    answering.set()
    assert await eventually(lambda: _known(memory)) == 1


async def test_what_was_forgotten_is_waited_for_as_long_as_what_nobody_asked_for_before() -> None:
    async def look(_: str) -> int:
        await asyncio.sleep(0.01)
        return 1

    memory = Memory[str, int](look, fresh_s=60, patience_s=0, longest_s=60)
    await memory.get("a")
    memory.forget()

    assert await memory.get("a") == 1


async def _known(memory: Memory[str, int]) -> int | None:
    """Ask again if even what is at hand takes the few milliseconds that this memory waits."""
    try:
        return await memory.get("a")
    except TimeoutError:
        return None


async def test_the_same_question_is_looked_up_once_at_a_time() -> None:
    looked: list[str] = []

    async def look(question: str) -> int:
        looked.append(question)
        await asyncio.sleep(0.01)
        return 1

    memory = Memory[str, int](look, fresh_s=60)

    found = await asyncio.gather(*(memory.get("a") for _ in range(50)))

    assert (found, looked) == ([1] * 50, ["a"])


async def test_what_was_being_looked_up_when_all_was_forgotten_is_not_kept() -> None:
    answers, go_on = [1, 2], asyncio.Event()

    async def look(_: str) -> int:
        answer = answers.pop(0)
        await go_on.wait()
        return answer

    memory = Memory[str, int](look, fresh_s=60)
    before = asyncio.create_task(memory.get("a"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    memory.forget()
    go_on.set()

    assert [await before, await memory.get("a"), await memory.get("a")] == [1, 2, 2]


async def _listening(pid: int) -> int | None:
    """Give the port on which a program listens: one that was chosen for it might be taken until it does."""
    found = psutil.Process(pid).net_connections("tcp")
    return next((each.laddr.port for each in found if each.status == psutil.CONN_LISTEN), None)


async def _status(asking: Awaitable[httpx.Response], wanted: int) -> bool:
    try:
        return (await asking).status_code == wanted
    except httpx.TransportError:
        return False
