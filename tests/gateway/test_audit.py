"""Where it is tried that whatever changes something is written down, however it ends."""

from collections.abc import Callable

import asyncpg
import pytest

from chassis.database import connect
from contracts.commands.predictions import Predict
from contracts.commands.tasks import CreateTask, GetTask
from contracts.errors import InternalFault, NothingServes, TaskExists, UnknownTask
from contracts.service import Service
from gateway.store import audit as store
from tests.gateway.stage import Behind, Gateway, task
from tests.gateway.test_problems import refuse


async def lines(gateway: Gateway, **wanted: str) -> list[dict[str, object]]:
    answer = await gateway.admin.get("/v1/audit", params=wanted)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_what_was_done_is_written_down_with_who_and_how_long(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.REGISTRY, {CreateTask: lambda asked: task(asked.task.key)})

    await gateway.admin.post("/v1/tasks", json={"key": "tickets"}, headers={"X-Request-Id": "r1"})

    (line,) = await lines(gateway)
    assert (line["actor"], line["action"], line["target"]) == ("admin", "POST /v1/tasks", "/v1/tasks")
    assert (line["status"], line["outcome"], line["request_id"]) == (201, "done", "r1")
    assert float(str(line["latency_ms"])) > 0


@pytest.mark.parametrize(
    ("refusal", "status", "outcome"),
    [
        (TaskExists("There is one."), 409, "refused"),
        (UnknownTask("There is none."), 404, "refused"),
        (InternalFault("It was logged."), 500, "failed"),
    ],
)
async def test_what_was_refused_is_written_down_too(
    gateway: Gateway, behind: Behind, refusal: Exception, status: int, outcome: str
) -> None:
    await behind.answer(Service.REGISTRY, {CreateTask: refuse(refusal)})

    await gateway.admin.post("/v1/tasks", json={"key": "t"})

    (line,) = await lines(gateway)
    assert (line["status"], line["outcome"]) == (status, outcome)


async def test_bad_input_and_missing_rights_are_written_down(gateway: Gateway) -> None:
    async with await gateway.key_for("viewer") as viewer:
        await viewer.post("/v1/tasks", json={"key": "t"})
    await gateway.admin.post("/v1/tasks", json={})
    await gateway.admin.post("/v1/tasks", content=b"{")

    found = await lines(gateway, action="POST /v1/tasks")

    assert [(line["actor"], line["status"]) for line in found] == [("admin", 400), ("admin", 422), ("the viewer", 403)]


async def test_reading_predicting_and_strangers_are_not_written_down(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.REGISTRY, {GetTask: lambda asked: task(asked.key)})
    await behind.answer(Service.TRAINER, {Predict: refuse(NothingServes("Nothing serves yet."))})

    await gateway.admin.get("/v1/tasks/tickets")
    await gateway.admin.post("/v1/tasks/tickets/predict", json={"inputs": [{"text": "a"}]})
    await gateway.admin.post("/v1/tasks", json={"key": "t"}, headers={"Authorization": "Bearer nobody"})

    assert await lines(gateway) == []


async def test_the_address_is_kept_beside_the_route(gateway: Gateway) -> None:
    await gateway.admin.post("/v1/tasks/tickets/rollback", json={"reason": "worse"})

    (line,) = await lines(gateway)
    assert line["action"] == "POST /v1/tasks/{task}/rollback"
    assert line["target"] == "/v1/tasks/tickets/rollback"


async def test_the_log_is_filtered_and_cut_into_pages(gateway: Gateway) -> None:
    for key in ("a", "b", "c"):
        await gateway.admin.post("/v1/tenants", json={"key": key})

    first = (await gateway.admin.get("/v1/audit", params={"limit": 2})).json()
    second = (await gateway.admin.get("/v1/audit", params={"limit": 2, "cursor": first["next_cursor"]})).json()

    assert (len(first["items"]), len(second["items"]), second["next_cursor"]) == (2, 1, None)
    assert await lines(gateway, actor="somebody") == []
    assert len(await lines(gateway, actor="admin")) == 3
    assert await lines(gateway, to="2020-01-01T00:00:00Z") == []
    assert len(await lines(gateway, **{"from": "2020-01-01T00:00:00Z"})) == 3


async def test_only_those_who_administer_read_the_log(gateway: Gateway) -> None:
    async with await gateway.key_for("manager") as manager:
        answer = await manager.get("/v1/audit")

    assert answer.status_code == 403


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET actor = 'nobody'", "DELETE FROM audit_log"])
async def test_a_line_can_neither_be_changed_nor_removed(
    gateway: Gateway, database_of: Callable[[Service], str], statement: str
) -> None:
    await gateway.admin.post("/v1/tenants", json={"key": "globex"})
    database = await connect(database_of(Service.GATEWAY), service="gateway", connections=2)

    with pytest.raises(asyncpg.RaiseError, match="never changed"):
        async with database.transaction("acme") as tx:
            await tx.execute(statement)
    async with database.transaction("acme") as tx:
        found = await store.list_(tx, store.Wanted(None, None, None, None, None), limit=9)
    await database.close()

    assert len(found) == 1
