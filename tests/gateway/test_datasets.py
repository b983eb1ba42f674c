"""Where files are uploaded to the gateway: straight to the shelf, refused as soon as they are too large."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from chassis.testing.waiting import eventually
from contracts.api.dataset import Dataset, DatasetStatus
from contracts.api.download import KeptFile
from contracts.api.route import Route
from contracts.api.version import Artifact, Gate, Verdict, Version, VersionStatus
from contracts.commands.datasets import CreateDataset, ExportTable, GetDataset
from contracts.commands.versions import GetRoute, GetVersion
from contracts.errors import KeyReused, UnknownTask
from contracts.problem import FieldProblem
from contracts.service import Service
from tests.gateway.stage import NOW, Behind, Gateway, gateway_on

FILE = b"text,label\nhello,a\n"
FORM = {"Content-Type": "multipart/form-data; boundary=x"}


def dataset(status: DatasetStatus = DatasetStatus.READY, **others: Any) -> Dataset:
    return Dataset(id="d1", task="tickets", name="rows.csv", status=status, bytes=1, created_at=NOW, created_by="a",
                   **others)  # fmt: skip


@pytest.fixture
async def gateway(database_of: Callable[[Service], str], nats_url: str, tmp_path: Path) -> AsyncGenerator[Gateway]:
    url = database_of(Service.GATEWAY)
    async with gateway_on(url, nats_url, artifacts_url=str(tmp_path / "shelf"), max_upload_mb=1) as running:
        await running.create_route("tickets")
        yield running


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "shelf"


async def send(gateway: Gateway, content: bytes = FILE, **form: Any) -> httpx.Response:
    fields = form.pop("fields", {"task": "tickets"})
    return await gateway.admin.post("/v1/datasets", data=fields, files={"file": ("rows.csv", content)}, **form)


def left(shelf: Path) -> list[Path]:
    return list((shelf / "uploads").iterdir()) if shelf.exists() else []


async def test_a_file_lies_on_the_shelf_before_the_trainer_is_asked_to_read_it(
    gateway: Gateway, behind: Behind, shelf: Path
) -> None:
    found: list[bytes] = []

    def create(command: CreateDataset) -> Dataset:
        found.append((shelf / "uploads" / command.upload).read_bytes())
        return dataset(DatasetStatus.READING)

    await behind.answer(Service.TRAINER, {CreateDataset: create, GetDataset: lambda _: dataset(rows=1)})

    answer = await send(gateway, fields={"name": "../x/my rows.csv", "task": "tickets"})

    assert (answer.status_code, answer.json()["status"], answer.json()["rows"]) == (201, "ready", 1)
    assert found == [FILE]
    asked = behind.asked[0][1]
    assert isinstance(asked, CreateDataset)
    assert (asked.task, asked.name, asked.size) == ("tickets", "my rows.csv", len(FILE))


async def test_an_upload_with_a_key_is_answered_as_soon_as_its_file_has_been_read(
    gateway: Gateway, behind: Behind
) -> None:
    known = iter([dataset(DatasetStatus.READING), dataset(rows=1)])
    await behind.answer(
        Service.TRAINER, {CreateDataset: lambda _: dataset(DatasetStatus.READING), GetDataset: lambda _: next(known)}
    )

    answer = await send(gateway, headers={"Idempotency-Key": "once"})

    assert (answer.status_code, answer.json()["status"]) == (201, "ready")


async def test_a_refused_file_is_answered_with_its_fields_and_the_problems_of_its_lines(
    gateway: Gateway, behind: Behind
) -> None:
    problem = {"line": 3, "column": "text", "reason": "is blank"}
    wrong = FieldProblem(field="label", reason="is missing")
    refused = dataset(DatasetStatus.REFUSED, error="It lacks a label.", errors=(wrong,), problems=(problem,),
                      problem_count=7)  # fmt: skip
    await behind.answer(Service.TRAINER, {CreateDataset: lambda _: refused})

    answer = await send(gateway)

    body = answer.json()
    assert (answer.status_code, body["detail"], body["errors"]) == (422, "It lacks a label.", [wrong.model_dump()])
    assert (body["problems"], body["problem_count"], body["dataset_id"]) == ([problem], 7, "d1")


async def test_a_file_that_waits_to_be_read_outlives_another_request_with_its_key(
    gateway: Gateway, behind: Behind, shelf: Path
) -> None:
    known, key = [dataset(DatasetStatus.READING)], {"Idempotency-Key": "nightly"}

    def create(command: CreateDataset) -> Dataset:
        if command.name == "another":
            raise KeyReused("This key came with another request.")
        return known[0]

    await behind.answer(Service.TRAINER, {CreateDataset: create, GetDataset: lambda _: known[0]})
    first = asyncio.create_task(send(gateway, headers=key))
    await eventually(lambda: _asked(behind))
    second = await send(gateway, fields={"task": "tickets", "name": "another"}, headers=key)
    waiting = [file.read_bytes() for file in left(shelf)]
    known[0] = dataset(rows=1)

    assert (await first).status_code == 201
    assert (second.status_code, waiting) == (409, [FILE])


async def _asked(behind: Behind) -> bool:
    return bool(behind.asked)


@pytest.mark.parametrize(
    ("request_", "status", "field"),
    [
        ({"data": {"task": "tickets"}, "files": {"other": b"x"}}, 422, "other"),
        ({"data": {"task": "tickets", "kind": "x"}, "files": {"file": b"x"}}, 422, "kind"),
        ({"files": {"file": b"x"}}, 422, "task"),
        ({"data": {"task": "tickets"}, "files": {"task": ("", b"x")}}, 422, "task"),
        ({"json": {"task": "tickets"}}, 422, "file"),
        ({"content": b"--x\r\n\r\nnonsense", "headers": FORM}, 422, "file"),
        ({"content": b"nonsense", "headers": FORM}, 422, "file"),
        ({"content": b"", "headers": FORM}, 422, "file"),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 422, "file"),
    ],
)  # fmt: skip
async def test_a_form_that_is_not_right_is_refused_by_field_and_leaves_nothing(
    gateway: Gateway, shelf: Path, request_: dict[str, Any], status: int, field: str
) -> None:
    answer = await gateway.admin.post("/v1/datasets", **request_)

    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (status, [field])
    assert left(shelf) == []


async def test_a_file_for_an_unknown_task_is_refused_and_leaves_nothing(
    gateway: Gateway, behind: Behind, shelf: Path
) -> None:
    def unknown(_: CreateDataset) -> Dataset:
        raise UnknownTask("There is no task.")

    await behind.answer(Service.TRAINER, {CreateDataset: unknown})

    answer = await send(gateway)

    assert answer.status_code == 404
    assert left(shelf) == []


async def test_an_empty_file_for_what_is_no_task_is_refused_and_leaves_nothing(
    gateway: Gateway, behind: Behind, shelf: Path
) -> None:
    def unknown(_: GetRoute) -> Route:
        raise UnknownTask("There is no task.")

    await behind.answer(Service.REGISTRY, {GetRoute: unknown})

    answers = [await send(gateway, b"", fields={"task": task}) for task in ("'\"", "", "nothing")]

    assert [answer.status_code for answer in answers] == [404, 422, 404]
    assert left(shelf) == []


async def test_a_file_that_is_too_large_is_refused_while_it_comes(gateway: Gateway, shelf: Path) -> None:
    said = await send(gateway, bytes(3_000_000))

    async def endless() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(300):
            yield bytes(100_000)

    unsaid = await gateway.admin.post("/v1/datasets", content=endless(), headers=FORM)

    assert (said.status_code, unsaid.status_code) == (413, 413)
    assert left(shelf) == []


async def test_an_upload_that_is_broken_off_leaves_nothing(gateway: Gateway, shelf: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhello'
        await eventually(lambda: _some(shelf))
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        await gateway.admin.post("/v1/datasets", content=broken(), headers=FORM)

    assert await eventually(lambda: _none(shelf))


async def _some(shelf: Path) -> bool:
    return bool(left(shelf))


async def _none(shelf: Path) -> bool:
    return not left(shelf)


async def test_whoever_may_not_train_may_not_upload(gateway: Gateway, shelf: Path) -> None:
    async with await gateway.key_for("operator") as operator:
        answer = await operator.post("/v1/datasets", data={"task": "tickets"}, files={"file": FILE})

    assert answer.status_code == 403
    assert left(shelf) == []


async def test_artifacts_cards_and_forecasts_are_downloaded(gateway: Gateway, behind: Behind, shelf: Path) -> None:
    digest, content = "ab" + "0" * 62, b"x" * 3_000_000
    version = Version(
        id="v1", task="tickets", number=1, label="1.0.0", status=VersionStatus.ACTIVE, metrics={}, card={"rows": 7},
        artifact=Artifact(sha256=digest, size=len(content)), lineage={"snapshot": "s"}, created_at=NOW,
        gate=Gate(verdict=Verdict.SHIP, reasons=(), evidence={}),
    )  # fmt: skip
    (shelf / "artifacts" / "ab").mkdir(parents=True)
    (shelf / "artifacts" / "ab" / digest).write_bytes(content)
    (shelf / "table").write_text("series,value\n")
    await behind.answer(Service.REGISTRY, {GetVersion: lambda _: version})
    await behind.answer(Service.TRAINER, {ExportTable: lambda _: KeptFile(path=str(shelf / "table"), size=13)})

    card, lineage, artifact, forecast = [
        await gateway.admin.get(f"/v1/versions/v1/{each}") for each in ("card", "lineage", "artifact", "forecast")
    ]

    assert (card.json(), lineage.json(), artifact.content == content) == ({"rows": 7}, {"snapshot": "s"}, True)
    assert (forecast.text, forecast.headers["content-type"]) == ("series,value\n", "text/csv; charset=utf-8")
    assert (await gateway.admin.get("/v1/versions/v1/forecast?format=xls")).status_code == 422
