"""Where it is tried that whatever changes something is written down, however it ends."""

import csv
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from chassis.database import EVERY_TENANT, Database, Transaction, connect
from contracts.api.audit import AuditOutcome
from contracts.commands.predictions import Predict
from contracts.commands.tasks import CreateTask, GetTask
from contracts.errors import InternalFault, NothingServes, TaskExists, UnknownTask
from contracts.service import Service
from gateway.store import audit as store
from tests.gateway.stage import Behind, Gateway, task
from tests.gateway.test_problems import refuse


@asynccontextmanager
async def gateway_database(gateway: Gateway) -> AsyncGenerator[Database]:
    database = await connect(gateway.settings.database_url, service="gateway", connections=2)
    try:
        yield database
    finally:
        await database.close()


def entry(actor: str) -> store.NewEntry:
    return store.NewEntry(actor, "POST /v1/tasks", "/v1/tasks", 201, AuditOutcome.DONE, 1.0, "r")


async def age(tx: Transaction, *, days: int) -> None:
    """Put one line beside the others that is so old."""
    await tx.execute(
        """
        INSERT INTO audit_log (id, tenant, actor, action, target, status, outcome, latency_ms, request_id, at)
        VALUES (uuidv7(make_interval(days => -($1::integer))), 'acme', 'old', '', '', 200, 'done', 1, '',
            now() - make_interval(days => $1))
        """,
        days,
    )


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


async def test_a_line_says_which_person_it_was_and_from_where(gateway: Gateway) -> None:
    await gateway.admin.post("/v1/tenants", json={"key": "globex"})

    (line,) = await lines(gateway)

    assert str(line["person"]).partition(":")[0] in {"key", "bootstrap"}
    assert line["address"] == "127.0.0.1"


async def test_the_log_is_filtered_by_how_it_ended_and_by_the_request(gateway: Gateway) -> None:
    await gateway.admin.post("/v1/tenants", json={"key": "globex"}, headers={"X-Request-Id": "r1"})
    await gateway.admin.post("/v1/tenants", json={"key": "globex"}, headers={"X-Request-Id": "r2"})

    refused = await lines(gateway, outcome="refused")
    first = await lines(gateway, request_id="r1")

    assert [line["request_id"] for line in refused] == ["r2"]
    assert [line["outcome"] for line in first] == ["done"]


async def test_another_tenant_has_a_log_of_its_own(gateway: Gateway) -> None:
    await gateway.admin.post("/v1/tenants", json={"key": "globex"})
    theirs = {"X-Ratchet-Tenant": "globex"}
    await gateway.admin.post("/v1/api-keys", json={"name": "a", "role": "admin"}, headers=theirs)

    found = (await gateway.admin.get("/v1/audit", headers=theirs)).json()["items"]
    exported = await gateway.admin.post("/v1/audit/export", json={"format": "jsonl"}, headers=theirs)

    assert [line["action"] for line in found] == ["POST /v1/api-keys"]
    assert [json.loads(line)["tenant"] for line in exported.text.splitlines()] == ["globex"]


@pytest.mark.parametrize("format_", ["csv", "jsonl"])
async def test_the_log_is_exported_whole_and_in_order(gateway: Gateway, format_: str) -> None:
    async with gateway_database(gateway) as database, database.transaction("acme") as tx:
        for number in range(1001):
            await store.insert(tx, entry(f"a{number}"))

    answer = await gateway.admin.post("/v1/audit/export", json={"format": format_})

    read = csv.DictReader(answer.text.splitlines()) if format_ == "csv" else map(json.loads, answer.text.splitlines())
    assert [line["actor"] for line in read] == [f"a{number}" for number in range(1001)]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="audit-acme.{format_}"'


async def test_an_export_is_a_line_of_the_log_itself(gateway: Gateway) -> None:
    await gateway.admin.post("/v1/audit/export", json={"actor": "nobody"})

    (line,) = await lines(gateway)

    assert (line["action"], line["status"]) == ("POST /v1/audit/export", 200)


async def test_no_cell_of_an_export_is_a_formula(gateway: Gateway) -> None:
    await gateway.admin.post("/v1/tenants", json={"key": "g"}, headers={"X-Request-Id": "=HYPERLINK(1)"})

    answer = await gateway.admin.post("/v1/audit/export", json={})

    assert ",'=HYPERLINK(1)," in answer.text


async def test_an_export_of_rubbish_is_refused(gateway: Gateway) -> None:
    rubbish: list[object] = [
        {"actor": "a\x00b"},
        {"actor": ""},
        {"action": "x" * 1001},
        {"outcome": "perhaps"},
        {"from": "yesterday"},
        {"format": "xlsx"},
        {"tenant": "globex"},
        [],
    ]

    answers = [await gateway.admin.post("/v1/audit/export", json=body) for body in rubbish]
    half = await gateway.admin.post("/v1/audit/export", content=b'{"actor": "\\ud800"}')

    assert {answer.status_code for answer in (*answers, half)} <= {400, 422}


async def test_only_those_who_administer_export_the_log(gateway: Gateway) -> None:
    async with await gateway.key_for("manager") as manager:
        answer = await manager.post("/v1/audit/export", json={})

    assert answer.status_code == 403


async def test_a_line_can_neither_be_changed_nor_removed(gateway: Gateway) -> None:
    await gateway.admin.post("/v1/tenants", json={"key": "globex"})
    async with gateway_database(gateway) as database:
        for statement in ("UPDATE audit_log SET actor = 'nobody'", "DELETE FROM audit_log", "TRUNCATE audit_log"):
            with pytest.raises((asyncpg.RaiseError, asyncpg.InsufficientPrivilegeError)):
                async with database.transaction("acme") as tx:
                    await tx.execute(statement)

    assert len(await lines(gateway)) == 1


async def test_old_lines_are_forgotten_after_their_time_and_young_ones_never(gateway: Gateway) -> None:
    async with gateway_database(gateway) as database:
        async with database.transaction("acme") as tx:
            await store.insert(tx, entry("young"))
            await store.insert(tx, entry("young"))

        async with database.transaction(EVERY_TENANT) as tx:
            await age(tx, days=500)  # seen by this transaction alone: the gateway forgets old lines too
            forgotten = [await store.forget_old(tx, days=400, limit=10) for _ in range(2)]
        with pytest.raises(asyncpg.RaiseError, match="never changed"):
            async with database.transaction(EVERY_TENANT) as tx:
                await store.forget_old(tx, days=0, limit=10)

    assert (forgotten, [line["actor"] for line in await lines(gateway)]) == ([1, 0], ["young", "young"])
