"""Where versions from elsewhere come in over HTTP, and where versions and tasks are curated."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest

from chassis.rpc.answering import Answering, Answers
from chassis.rpc.caller import Caller
from contracts.api.page import Page
from contracts.api.version import Artifact, Gate, Verdict, Version, VersionStatus
from contracts.commands.jobs import ListJobs
from contracts.commands.lineage import ImportArtifact, ListTeachers
from contracts.commands.tasks import ChangeTask, DeleteTask
from contracts.commands.versions import ApproveVersion, GetVersion, RegisterVersion, RetireVersion
from contracts.errors import InvalidInput
from contracts.service import Service
from tests.gateway.stage import NOW, Behind, Gateway, gateway_on, job, task

URL = "/v1/tasks/tickets/versions"
KEPT = Artifact(sha256="a" * 64, size=5)


def version(**others: Any) -> Version:
    judged = Gate(verdict=Verdict.SHIP, reasons=("because",), evidence={})
    given: dict[str, Any] = {"artifact": KEPT, "lineage": {}} | others
    return Version(id="v1", task="tickets", number=1, label="1.0.0", status=VersionStatus.CANDIDATE, metrics={},
                   card={}, gate=judged, created_at=NOW, **given)  # fmt: skip


@pytest.fixture
async def gateway(database_of: Callable[[Service], str], nats_url: str, tmp_path: Path) -> AsyncGenerator[Gateway]:
    url, shelf = database_of(Service.GATEWAY), str(tmp_path / "shelf")
    async with gateway_on(url, nats_url, artifacts_url=shelf, max_upload_mb=8, body_limit_mb=1) as running:
        await running.create_route("tickets")
        yield running


async def answering(behind: Behind, take: Callable[[Any], Artifact] = lambda _: KEPT) -> None:
    await behind.answer(Service.TRAINER, {ImportArtifact: take})
    await behind.answer(Service.REGISTRY, {RegisterVersion: lambda asked: version(artifact=asked.artifact)})


def registered(behind: Behind) -> RegisterVersion:
    found = behind.asked[-1][1]
    assert isinstance(found, RegisterVersion)
    return found


async def test_a_version_with_a_uri_is_registered_as_it_was_described(gateway: Gateway, behind: Behind) -> None:
    await answering(behind)
    new = {"artifact": {"uri": "s3://models/1", "size": 7}, "metrics": {"accuracy": 0.9}, "label_bump": "major"}

    answer = await gateway.admin.post(URL, json=new)

    asked = registered(behind)
    assert (answer.status_code, answer.json()["artifact"]["uri"]) == (201, "s3://models/1")
    assert (asked.artifact.size, asked.artifact.sha256, asked.facts.label_bump) == (7, "", "major")
    assert asked.facts.metrics == {"accuracy": 0.9}


async def test_a_file_lies_on_the_shelf_while_the_trainer_takes_it_and_is_gone_then(
    gateway: Gateway, behind: Behind, tmp_path: Path
) -> None:
    found: list[bytes] = []

    def take(asked: ImportArtifact) -> Artifact:
        found.append((tmp_path / "shelf" / "uploads" / asked.upload).read_bytes())
        return KEPT

    await answering(behind, take)
    facts = '{"metrics": {"accuracy": 0.9}}'

    answer = await gateway.admin.post(URL, data={"version": facts}, files={"file": ("m", b"bytes" * 300_000)})

    assert (answer.status_code, answer.json()["artifact"]["sha256"]) == (201, "a" * 64)
    assert found == [b"bytes" * 300_000]
    assert registered(behind).facts.metrics == {"accuracy": 0.9}
    assert list((tmp_path / "shelf" / "uploads").iterdir()) == []


async def test_a_request_that_is_sent_again_too_early_does_not_lose_its_file(
    gateway: Gateway, behind: Behind, tmp_path: Path
) -> None:
    came, ended = [asyncio.Event(), asyncio.Event()], asyncio.Event()

    async def take(_: Caller, asked: ImportArtifact) -> Artifact:
        place = 1 if came[0].is_set() else 0
        came[place].set()
        await (came[1] if place == 0 else ended).wait()
        assert (tmp_path / "shelf" / "uploads" / asked.upload).read_bytes() == b"bytes"
        return KEPT

    answers = Answers()
    answers.add_without_transaction(ImportArtifact, take)
    trainer = Answering(Service.TRAINER, answers, behind.database)
    await trainer.start(behind.connection)
    await behind.answer(Service.REGISTRY, {RegisterVersion: lambda asked: version(artifact=asked.artifact)})
    send = lambda: gateway.admin.post(URL, files={"file": ("m", b"bytes")}, headers={"Idempotency-Key": "k"})  # noqa: E731

    first = asyncio.create_task(send())
    await came[0].wait()
    second = asyncio.create_task(send())
    statuses = [(await first).status_code]
    ended.set()
    statuses.append((await second).status_code)
    await trainer.stop()

    assert statuses == [201, 201]
    assert list((tmp_path / "shelf" / "uploads").iterdir()) == []


async def test_a_file_that_cannot_be_loaded_leaves_nothing(gateway: Gateway, behind: Behind, tmp_path: Path) -> None:
    def refuse(_: ImportArtifact) -> Artifact:
        raise InvalidInput("file: is no artifact that a classification task can load")

    await answering(behind, refuse)

    answer = await gateway.admin.post(URL, files={"file": ("m", b"rubbish")})

    assert (answer.status_code, answer.json()["detail"][:20]) == (422, "file: is no artifact")
    assert list((tmp_path / "shelf" / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"json": {}}, "artifact"),
        ({"json": {"artifact": {"uri": "nope"}}}, "artifact.uri"),
        ({"json": {"artifact": {"uri": "s3://a", "sha256": "x"}}}, "artifact.sha256"),
        ({"json": {"artifact": {"uri": "s3://a"}, "metrics": {"accuracy": "high"}}}, "metrics.accuracy"),
        ({"json": {"artifact": {"uri": "s3://a"}, "label_bump": "huge"}}, "label_bump"),
        ({"json": {"artifact": {"uri": "s3://a"}, "metric": {}}}, "metric"),
        ({"content": b'{"artifact": {"uri": "s3://a"}, "metrics": {"accuracy": NaN}}'}, "metrics.accuracy"),
        ({"content": b"{"}, "body"),
        ({"content": b"\xff\xfe"}, "body"),
        ({"data": {"version": "{"}, "files": {"file": b"x"}}, "body"),
        ({"data": {"version": '{"artifact": {}}'}, "files": {"file": b"x"}}, "artifact"),
        ({"data": {"task": "other"}, "files": {"file": b"x"}}, "task"),
        ({"files": {"other": b"x"}}, "other"),
    ],
)
async def test_a_body_that_is_not_right_is_refused_by_field(
    gateway: Gateway, behind: Behind, sent: dict[str, Any], field: str
) -> None:
    await answering(behind)

    answer = await gateway.admin.post(URL, **sent)

    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, [field])
    assert behind.asked == []


async def test_a_file_of_a_version_may_be_as_large_as_that_of_a_dataset_and_no_other_body(
    gateway: Gateway, behind: Behind
) -> None:
    await answering(behind)

    body = await gateway.admin.post(URL, json={"artifact": {"uri": "s3://a"}, "card": {"x": "x" * 2_000_000}})
    file = await gateway.admin.post(URL, files={"file": ("m", bytes(2_000_000))})
    larger_file = await gateway.admin.post(URL, files={"file": ("m", bytes(9_000_000))})

    assert [each.status_code for each in (body, file, larger_file)] == [413, 201, 413]


@pytest.mark.parametrize(("role", "status"), [("manager", 403), ("service", 403), ("viewer", 403)])
async def test_only_who_may_train_registers(gateway: Gateway, behind: Behind, role: str, status: int) -> None:
    await answering(behind)

    async with await gateway.key_for(role) as client:
        answer = await client.post(URL, json={"artifact": {"uri": "s3://a"}})

    assert answer.status_code == status


async def test_a_manager_approves_and_sets_aside_and_a_viewer_does_not(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.REGISTRY, {ApproveVersion: lambda _: version(), RetireVersion: lambda _: version()})

    async with await gateway.key_for("manager") as manager, await gateway.key_for("viewer") as viewer:
        paths = ("approve", "deprecate", "archive")
        done = [(await manager.post(f"/v1/versions/v1/{path}")).status_code for path in paths]
        refused = [(await viewer.post(f"/v1/versions/v1/{path}")).status_code for path in paths]

    asked = [command for _, command in behind.asked if isinstance(command, RetireVersion)]
    assert (done, refused) == ([200] * 3, [403] * 3)
    assert [each.status for each in asked] == [VersionStatus.DEPRECATED, VersionStatus.ARCHIVED]


async def test_what_is_kept_elsewhere_is_not_downloaded(gateway: Gateway, behind: Behind) -> None:
    stranger = Artifact(sha256="b" * 64, size=5, uri="s3://models/1")
    await behind.answer(Service.REGISTRY, {GetVersion: lambda _: version(artifact=stranger)})

    answers = [await gateway.admin.get(f"/v1/versions/v1/{path}") for path in ("artifact", "forecast")]

    assert [each.status_code for each in answers] == [404, 404]
    assert "s3://models/1" in answers[0].json()["detail"]


async def test_examples_are_asked_of_the_job_that_really_made_the_version(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.TRAINER, {ListTeachers: lambda _: Page(items=())})
    claims = version(lineage={"job_id": "somebody else's"}, source="external")
    await behind.answer(Service.REGISTRY, {GetVersion: lambda _: claims})

    answer = await gateway.admin.get("/v1/versions/v1/lineage/examples")

    assert (answer.status_code, answer.json()["items"]) == (200, [])
    assert [type(command) for _, command in behind.asked] == [GetVersion]


async def test_an_edit_of_a_task_carries_what_was_given_and_the_revision_that_was_seen(
    gateway: Gateway, behind: Behind
) -> None:
    await behind.answer(Service.REGISTRY, {ChangeTask: lambda _: task().model_copy(update={"revision": 8})})

    answer = await gateway.admin.patch(
        "/v1/tasks/tickets", json={"default_version": None, "name": "x"}, headers={"If-Match": '"7"'}
    )

    asked = behind.asked[0][1]
    assert isinstance(asked, ChangeTask)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"8"')
    assert (asked.change.given, asked.expected_revision) == ({"default_version": None, "name": "x"}, 7)


async def test_a_task_that_is_trained_is_not_deleted(gateway: Gateway, behind: Behind) -> None:
    await behind.answer(Service.TRAINER, {ListJobs: lambda _: Page(items=(job(),))})
    await behind.answer(Service.REGISTRY, {DeleteTask: lambda _: task()})

    answer = await gateway.admin.delete("/v1/tasks/tickets")

    assert (answer.status_code, answer.json()["job_id"]) == (409, "j1")
