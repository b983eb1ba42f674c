"""Where the command line is held to its manners: JSON alone for programs, a sentence and an exit code for refusals."""

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ratchet.cli.app import app
from tests.sdk.fake_gateway import NOW, Gateway, job, line, task

STORY = "GET /v1/training/jobs/job-1/events"


def run(gateway: Gateway, *words: str, read: str = "") -> Result:
    env = {"RATCHET_URL": gateway.url, "RATCHET_API_KEY": "rk_test"}
    return CliRunner(env=env).invoke(app, list(words), input=read)


def test_a_list_is_a_table_for_people(gateway: Gateway) -> None:
    gateway.says("GET /v1/tasks", {"items": [task()], "next_cursor": "ticket-category"})

    result = run(gateway, "task", "list")

    assert result.exit_code == 0
    assert "ticket-category" in result.stdout
    assert "--cursor ticket-category" in result.stderr


def test_a_list_is_nothing_but_json_for_programs(gateway: Gateway) -> None:
    gateway.says("GET /v1/tasks", {"items": [task()], "next_cursor": None})

    result = run(gateway, "task", "list", "--json")

    assert json.loads(result.stdout)["items"][0]["key"] == "ticket-category"
    assert result.stderr == ""


def test_a_refusal_is_a_sentence_with_its_fields_and_exit_code_one(gateway: Gateway) -> None:
    wrong = [{"field": "parameters.epochs", "reason": "is not a parameter of classification"}]
    gateway.refuses("POST /v1/training/jobs", 422, "invalid-input", "This cannot be trained.", errors=wrong)

    result = run(gateway, "train", "start", "ticket-category", "--param", "epochs=3", "--json")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "This cannot be trained." in result.stderr
    assert "parameters.epochs: is not a parameter" in result.stderr


def test_a_gateway_that_is_away_is_named() -> None:
    result = run(Gateway(url="http://127.0.0.1:1"), "whoami")

    assert result.exit_code == 1
    assert "Is the gateway up? Tried http://127.0.0.1:1" in result.stderr


@pytest.mark.parametrize("words", [("task", "create"), ("treno",), ("train", "status", "--limit", "0")])
def test_wrong_usage_ends_with_exit_code_two(gateway: Gateway, words: tuple[str, ...]) -> None:
    assert run(gateway, *words).exit_code == 2


def test_parameters_are_sent_as_what_they_look_like(gateway: Gateway) -> None:
    gateway.says("POST /v1/training/jobs", job("queued"), 202)

    run(gateway, "train", "start", "t", "--param", "seed=7", "--param", "c=0.5", "--param", "name=x", "--reason", "why")

    assert gateway.asked[0].body["parameters"] == {"seed": 7, "c": 0.5, "name": "x"}
    assert gateway.asked[0].body["reason"] == "why"


def test_a_watched_job_tells_its_steps_in_a_log(gateway: Gateway) -> None:
    gateway.says("GET /v1/training/jobs/job-1", job("running"))
    gateway.says("GET /v1/training/jobs/job-1", job("succeeded"))
    fitting = line(1, "progress", {"progress": 0.5, "step": "fitting", "message": "2,000 rows"})
    gateway.streams(STORY, fitting + line(2, "state", {"status": "succeeded"}))

    result = run(gateway, "train", "watch", "job-1")

    assert result.exit_code == 0
    assert "50% fitting 2,000 rows" in result.stdout


def test_a_watched_job_is_a_line_of_json_for_each_event(gateway: Gateway) -> None:
    gateway.says("GET /v1/training/jobs/job-1", job("failed") | {"error": "There is only one class."})
    gateway.streams(STORY, line(1, "metric", {"loss": 0.5}) + line(2, "state", {"status": "failed"}))

    result = run(gateway, "train", "watch", "job-1", "--json")

    assert [json.loads(each)["number"] for each in result.stdout.splitlines()] == [1, 2]
    assert result.exit_code == 1
    assert "There is only one class." in result.stderr


def test_feedback_is_sent_from_a_file_of_json_lines(gateway: Gateway) -> None:
    gateway.says("POST /v1/feedback", {"accepted": 2, "ids": ["a", "b"]}, 202)
    lines = '{"task": "t", "key": "a", "correction": "billing"}\n\n{"task": "t", "key": "b", "verdict": "positive"}\n'

    result = run(gateway, "feedback", "send", "-", "--json", read=lines)

    assert json.loads(result.stdout)["accepted"] == 2
    assert gateway.asked[0].body[0] == {"task": "t", "key": "a", "correction": "billing"}


def test_a_broken_line_is_named_and_nothing_is_sent(gateway: Gateway) -> None:
    result = run(gateway, "feedback", "send", "-", read='{"task": "t", "verdict": "positive"}\n{"task": "t"\n')

    assert result.exit_code == 1
    assert "line 2" in result.stderr
    assert gateway.asked == []


def test_a_policy_is_changed_field_by_field(gateway: Gateway) -> None:
    gateway.says("GET /v1/tasks/t/retrain-policy", {"enabled": False, "min_accuracy": 0.95})
    gateway.says("PUT /v1/tasks/t/retrain-policy", {"enabled": True, "min_accuracy": 0.9})

    result = run(gateway, "retrain", "policy", "t", "--set", "enabled=true", "--set", "min_accuracy=0.9")

    assert result.exit_code == 0
    assert gateway.asked[1].body["min_accuracy"] == 0.9


def test_login_checks_the_key_before_it_is_kept(
    gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    gateway.refuses("GET /v1/me", 401, "not-authenticated", "This key is not known.")

    result = run(gateway, "login", "--url", gateway.url, "--key", "rk_wrong")

    assert result.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_events_are_followed_as_they_happen(gateway: Gateway) -> None:
    event = {
        "id": "e1",
        "type": "model.promoted",
        "at": NOW,
        "actor": "ada",
        "correlation_id": "c",
        "causation_id": None,
    }
    told = json.dumps(event | {"content": {"task": "t"}})
    gateway.streams("GET /v1/events", f"event: model.promoted\nid: e1\ndata: {told}\n\n")
    gateway.refuses("GET /v1/events", 403, "not-allowed", "That is enough.")

    result = run(gateway, "events", "tail", "--type", "model.promoted", "--json")

    assert json.loads(result.stdout.splitlines()[0])["type"] == "model.promoted"
    assert gateway.asked[0].query == {"types": ["model.promoted"]}
    assert "That is enough." in result.stderr


def test_commands_of_other_packages_join(gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plugged.py").write_text('def up():\n    """Start it all."""\n    print("started")\n')
    packed = tmp_path / "plugged-1.0.dist-info"
    packed.mkdir()
    (packed / "METADATA").write_text("Metadata-Version: 2.1\nName: plugged\nVersion: 1.0\n")
    (packed / "entry_points.txt").write_text("[ratchet.commands]\nhoist = plugged:up\nlost = not_installed:run\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    listed, called = run(gateway, "--help"), run(gateway, "hoist")
    monkeypatch.delitem(sys.modules, "plugged")

    assert "Start it all." in listed.stdout
    assert "lost" not in listed.stdout
    assert called.stdout == "started\n"


def test_every_command_takes_json(gateway: Gateway) -> None:
    nouns = (
        "task create",
        "train start",
        "model promote",
        "examples review",
        "key revoke",
        "dead-letters replay",
        "demo",
    )

    listed = [run(gateway, *noun.split(), "--help").stdout for noun in nouns]

    assert all("--json" in each for each in listed)
