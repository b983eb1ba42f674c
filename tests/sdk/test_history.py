"""Where the past trainings of a task are shown and found on the command line."""

from typer.testing import CliRunner, Result

from ratchet.cli.app import app
from tests.sdk.fake_gateway import Gateway, job

BEGUN, ENDED = "2026-01-01T12:00:00Z", "2026-01-01T12:02:05Z"
ATTEMPTS = [
    {"number": 1, "worker": "w/1/1", "started_at": BEGUN, "finished_at": BEGUN, "error": "the worker fell silent"},
    {"number": 2, "worker": "w/2/1", "started_at": BEGUN, "finished_at": ENDED, "error": None},
]


def run(gateway: Gateway, *words: str) -> Result:
    env = {"RATCHET_URL": gateway.url, "RATCHET_API_KEY": "rk_test", "COLUMNS": "200"}
    return CliRunner(env=env).invoke(app, list(words))


def test_the_history_of_a_task_says_why_who_how_long_and_in_how_many_attempts(gateway: Gateway) -> None:
    past = {"started_at": BEGUN, "finished_at": ENDED, "attempts": ATTEMPTS, "metrics": {"accuracy": 0.93}}
    gateway.says("GET /v1/training/jobs", {"items": [job("succeeded") | past], "next_cursor": "job-0"})

    result = run(gateway, "train", "history", "tickets")

    assert result.exit_code == 0, result.output
    assert gateway.asked[0].query["task"] == ["tickets"]
    for told in ("succeeded", "2 min 5 s", "accuracy 0.93", "1: the worker fell", "2026-01-01"):
        assert told in result.stdout
    assert "--cursor job-0" in result.stderr


def test_trainings_are_found_by_reason_kind_and_status(gateway: Gateway) -> None:
    gateway.says("GET /v1/training/jobs", {"items": [], "next_cursor": None})

    result = run(gateway, "train", "find", "drift", "--kind", "forecast", "--status", "failed")

    assert result.exit_code == 0, result.output
    wanted = {"reason": ["drift"], "kind": ["forecast"], "status": ["failed"]}
    assert wanted.items() <= gateway.asked[0].query.items()
