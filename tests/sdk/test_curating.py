"""Where versions and tasks are curated with the SDK and on the command line."""

import json
from pathlib import Path

import pytest

from contracts.api.registration import VersionFacts
from contracts.api.task import TaskChange
from ratchet import AsyncClient, Client, errors
from tests.sdk.fake_gateway import NOW, Gateway, task
from tests.sdk.test_cli import run

GATE = {"verdict": "ship", "reasons": ["It is better."], "evidence": {}}
SIDE = {"number": 1, "created_at": NOW, "rows": 10, "examples": None, "snapshot": None, "datasets": []}
DIFFERENCE = {
    "task": "t", "a": SIDE | {"id": "a", "label": "1.0.0"}, "b": SIDE | {"id": "b", "label": "1.1.0"},
    "same_rows": None,
    "metrics": [{"name": "accuracy", "a": 0.8, "b": 0.9, "difference": 0.1, "better": "b"}],
    "parameters": [{"name": "epochs", "change": "added", "a": None, "b": 4}],
    "libraries": [], "gate": GATE,
}  # fmt: skip


def version(**others: object) -> dict[str, object]:
    return {
        "id": "v1", "task": "t", "number": 1, "label": "1.0.0", "status": "candidate", "metrics": {},
        "artifact": {"sha256": "a", "size": 1}, "lineage": {}, "card": {}, "gate": GATE, "created_at": NOW,
    } | others  # fmt: skip


def test_a_version_that_is_kept_elsewhere_is_registered(gateway: Gateway, client: Client) -> None:
    gateway.says("POST /v1/tasks/t/versions", version(source="external"), 201)

    made = client.versions.register("t", artifact={"uri": "s3://a"}, metrics={"accuracy": 0.9})  # pyright: ignore[reportArgumentType]

    assert made.source == "external"
    assert gateway.asked[0].body == {"artifact": {"uri": "s3://a"}, "metrics": {"accuracy": 0.9}}


async def test_a_file_is_uploaded_by_both_clients(gateway: Gateway, client: Client, tmp_path: Path) -> None:
    file = tmp_path / "model.bin"
    file.write_bytes(b"bytes")
    gateway.says("POST /v1/tasks/t/versions", version(), 201)

    one = client.versions.upload("t", file, VersionFacts(metrics={"accuracy": 0.9}))
    async with AsyncClient(gateway.url, "rk_test") as other:
        two = await other.versions.upload("t", file)

    assert one == two
    assert "multipart/form-data" in gateway.asked[0].headers["Content-Type"]


def test_an_approval_that_is_needed_is_a_class_of_its_own(gateway: Gateway, client: Client) -> None:
    gateway.refuses("POST /v1/versions/v1/promote", 409, "approval-needed", "Ask Bob.", approved_by=["ada"])

    with pytest.raises(errors.ApprovalNeeded, match="Ask Bob") as refused:
        client.versions.promote("v1")

    assert refused.value.facts["approved_by"] == ["ada"]


def test_a_change_of_a_task_sends_what_is_given_and_nothing_else(gateway: Gateway, client: Client) -> None:
    gateway.says("PATCH /v1/tasks/t", task())

    client.tasks.change("t", default_version=None, approvals=1)
    client.tasks.change_if(7, "t", TaskChange(name="x"))

    assert gateway.asked[0].body == {"default_version": None, "approvals": 1}
    assert (gateway.asked[1].body, gateway.asked[1].headers["If-Match"]) == ({"name": "x"}, '"7"')


def test_a_task_is_deleted_by_force_only_if_that_is_said(gateway: Gateway, client: Client) -> None:
    gateway.says("DELETE /v1/tasks/t", None, 204)

    client.tasks.delete("t")
    client.tasks.delete("t", force=True)

    assert [each.query for each in gateway.asked] == [{}, {"force": ["true"]}]


def test_teachers_and_learners_are_listed(gateway: Gateway, client: Client) -> None:
    gateway.says("GET /v1/versions/v1/lineage/examples", {"items": [{"example_id": "e1"}], "next_cursor": None})
    learner = {"version_id": "v1", "task": "t", "job_id": "j", "example_id": "e1", "learned_at": NOW}
    gateway.says("GET /v1/examples/e1/versions", {"items": [learner], "next_cursor": None})

    assert [each.example_id for each in client.versions.all_examples("v1")] == ["e1"]
    assert [each.version_id for each in client.examples.all_versions("e1")] == ["v1"]


def test_two_versions_are_drawn_side_by_side(gateway: Gateway) -> None:
    gateway.says("GET /v1/versions/a/compare/b", DIFFERENCE)

    drawn = run(gateway, "model", "compare", "a", "b").stdout
    written = run(gateway, "model", "compare", "a", "b", "--json").stdout

    assert all(word in drawn for word in ("1.0.0", "1.1.0", "accuracy", "0.1", "epochs", "added", "It is better."))
    assert json.loads(written)["metrics"][0]["better"] == "b"


def test_a_version_is_registered_by_file_or_by_uri_and_not_by_both(gateway: Gateway, tmp_path: Path) -> None:
    gateway.says("POST /v1/tasks/t/versions", version(), 201)
    file = tmp_path / "model.bin"
    file.write_bytes(b"bytes")

    by_uri = run(gateway, "model", "register", "t", "--uri", "s3://a", "--metric", "accuracy=0.9", "--bump", "major")
    by_file = run(gateway, "model", "register", "t", "--file", str(file))
    by_both = run(gateway, "model", "register", "t", "--file", str(file), "--uri", "s3://a")
    wrong = run(gateway, "model", "register", "t", "--uri", "nope")

    assert [each.exit_code for each in (by_uri, by_file, by_both, wrong)] == [0, 0, 1, 1]
    assert gateway.asked[0].body["label_bump"] == "major"
    assert "either --file or --uri" in by_both.stderr


@pytest.mark.parametrize("word", ["approve", "deprecate", "archive"])
def test_a_version_is_approved_and_set_aside(gateway: Gateway, word: str) -> None:
    gateway.says(f"POST /v1/versions/v1/{word}", version())

    assert run(gateway, "model", word, "v1").exit_code == 0


def test_a_task_is_changed_and_deleted(gateway: Gateway) -> None:
    gateway.says("PATCH /v1/tasks/t", task())
    gateway.says("DELETE /v1/tasks/t", None, 204)

    changed = run(gateway, "task", "change", "t", "approvals=1", "default_version=null", "--revision", "3")
    wrong = run(gateway, "task", "change", "t", "approvals=7")
    gone = run(gateway, "task", "delete", "t", "--force", "--json")

    assert (changed.exit_code, wrong.exit_code, gone.exit_code) == (0, 1, 0)
    assert gateway.asked[0].body == {"approvals": 1, "default_version": None}
    assert json.loads(gone.stdout) == {"deleted": "t"}
