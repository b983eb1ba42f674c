"""Where `ratchet health`, `ratchet monitors` and `ratchet alerts` are held to what they show and send."""

import json
from typing import Any

import pytest

from ratchet import Client
from ratchet.errors import InvalidInput, Stale
from tests.sdk.fake_gateway import NOW, Gateway
from tests.sdk.test_cli import run

READING = {
    "metric": "error_rate", "period": "day", "version_id": "v", "direction": "above", "warning": 0.02, "alert": 0.05,
    "state": "alert", "value": 0.12, "n": 1000, "note": "",
}  # fmt: skip
SILENT = READING | {"metric": "accuracy_drop", "state": "no_data", "value": None, "n": 3, "note": "3 of at least 30"}
HEALTH: dict[str, Any] = {
    "task": "t", "status": "unhealthy", "as_of": NOW, "readings": [], "open_alerts": 1, "changes": [],
    "issues": [{"sentence": "Error rate of 1.3.0 is 12.0%.", "severity": "alert", "metric": "error_rate"}],
    "recommendations": [{"sentence": "Roll back to the champion before.", "command": "ratchet model rollback t"}],
    "versions": [{
        "version_id": "v", "label": "1.3.0", "weight": 1.0, "status": "unhealthy", "age_days": 3.21,
        "training": {"accuracy": 0.9}, "inferences": 1000, "feedback": 3, "cost_usd": None, "unknown_costs": 1000,
        "readings": [READING, SILENT],
    }],
}  # fmt: skip
ERRORS = {
    "metric": "error_rate", "direction": "above", "warning": 0.02, "alert": 0.05, "period": "day", "min_samples": 30,
    "enabled": True,
}  # fmt: skip
MONITORS = {"task": "t", "revision": 4, "monitors": [ERRORS]}
ALERT = {
    "id": "a1", "task": "t", "version_id": "v", "about": "error_rate/day", "metric": "error_rate", "severity": "alert",
    "state": "acknowledged", "sentence": "Bad.", "action": "Look.", "value": 0.1, "threshold": 0.05, "raised_at": NOW,
    "acknowledged_by": "ada", "acknowledged_at": NOW, "note": "seen", "resolved_at": None, "resolution": None,
}  # fmt: skip


def test_health_of_a_task_shows_what_is_wrong_and_what_to_do(gateway: Gateway) -> None:
    gateway.says("GET /v1/tasks/t/health", HEALTH)

    shown = run(gateway, "health", "t").stdout

    assert "t is unhealthy" in shown
    for words in ("Error rate of 1.3.0 is 12.0%.", "ratchet model rollback t", "3 of at least 30", "above 5.0%"):
        assert words in shown
    assert "cost of 1,000 unknown" in shown


def test_health_of_all_tasks_is_a_table_and_json_for_programs(gateway: Gateway) -> None:
    line = {"task": "t", "status": "degraded", "as_of": NOW, "issue": "It is slow.", "issues": 1, "open_alerts": 1}
    counts = {"unhealthy": 0, "degraded": 1, "no_data": 0, "healthy": 5}
    gateway.says("GET /v1/health", {"counts": counts, "open_alerts": 1, "tasks": [line]})

    shown, read = run(gateway, "health").stdout, json.loads(run(gateway, "health", "--json").stdout)

    assert ("healthy 5" in shown, "It is slow." in shown) == (True, True)
    assert read["counts"] == counts


def test_a_monitor_is_changed_and_the_others_stay_as_they_were_read(gateway: Gateway) -> None:
    gateway.says("GET /v1/tasks/t/monitors", MONITORS)
    gateway.says("PUT /v1/tasks/t/monitors", MONITORS | {"revision": 5})

    result = run(gateway, "monitors", "set", "t", "latency_p95", "warning=200", "alert=400", "--period", "hour")
    run(gateway, "monitors", "set", "t", "error_rate", "alert=0.1")

    assert result.exit_code == 0, result.stderr
    added, changed = [each.body["monitors"] for each in gateway.asked if each.method == "PUT"]
    assert [each["metric"] for each in added] == ["error_rate", "latency_p95"]
    assert (added[1]["period"], added[1]["direction"], added[1]["alert"]) == ("hour", "above", 400)
    assert changed == [ERRORS | {"alert": 0.1}]
    assert gateway.asked[1].headers["If-Match"] == '"4"'


def test_a_monitor_is_removed(gateway: Gateway) -> None:
    gateway.says("GET /v1/tasks/t/monitors", MONITORS)
    gateway.says("PUT /v1/tasks/t/monitors", MONITORS | {"monitors": []})

    run(gateway, "monitors", "remove", "t", "error_rate")

    assert gateway.asked[1].body == {"monitors": []}


@pytest.mark.parametrize(
    ("words", "named"), [(("karma", "warning=1", "alert=2"), "known are"), (("f", "x"), "name=value")]
)
def test_a_monitor_that_makes_no_sense_is_not_even_sent(gateway: Gateway, words: tuple[str, ...], named: str) -> None:
    gateway.says("GET /v1/tasks/t/monitors", MONITORS)

    result = run(gateway, "monitors", "set", "t", *words)

    assert (result.exit_code, named in result.stderr) == (1, True)
    assert [each.method for each in gateway.asked] == ["GET"]


def test_alerts_are_listed_and_acknowledged(gateway: Gateway) -> None:
    gateway.says("GET /v1/alerts", {"items": [ALERT], "next_cursor": None})
    gateway.says("POST /v1/alerts/a1/acknowledge", ALERT)

    listed = run(gateway, "alerts", "list", "--task", "t", "--state", "open", "--severity", "alert")
    done = run(gateway, "alerts", "acknowledge", "a1", "--note", "seen")

    assert (listed.exit_code, done.exit_code, done.exception) == (0, 0, None)
    assert gateway.asked[0].query == {"task": ["t"], "state": ["open"], "severity": ["alert"], "limit": ["20"]}
    assert (gateway.asked[1].body, "ada" in done.stdout) == ({"note": "seen"}, True)


def test_the_client_refuses_wrong_monitors_and_learns_that_others_were_faster(gateway: Gateway) -> None:
    gateway.refuses("PUT /v1/tasks/t/monitors", 412, "stale", "They have revision 5 by now.")

    with Client(gateway.url, "rk_test") as client:
        with pytest.raises(InvalidInput, match="more than once"):
            client.health.set_monitors("t", [ERRORS, ERRORS])
        with pytest.raises(Stale):
            client.health.set_monitors("t", [ERRORS], revision=4)
