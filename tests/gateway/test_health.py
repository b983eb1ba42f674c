"""Where health, monitors and alerts are tried over HTTP."""

from typing import Any

import pytest

from contracts.api.alert import Alert, AlertState
from contracts.api.health import HealthStatus, Overview, Severity, TaskHealth
from contracts.api.monitor import DEFAULTS, Monitors
from contracts.api.page import Page
from contracts.commands import health
from contracts.errors import Stale, UnknownAlert
from contracts.service import Service
from tests.gateway.stage import NOW, Behind, Gateway

ALERT = Alert(
    id="a1", task="t", version_id="v", about="error_rate/day", metric="error_rate", severity=Severity.ALERT,
    state=AlertState.OPEN, sentence="Bad.", action="Look.", value=0.1, threshold=0.05, raised_at=NOW,
    acknowledged_by=None, acknowledged_at=None, note=None, resolved_at=None, resolution=None,
)  # fmt: skip
HEALTH = TaskHealth(
    task="t", status=HealthStatus.HEALTHY, as_of=NOW, issues=(), recommendations=(), readings=(), versions=()
)
ANSWERS: dict[type[Any], Any] = {
    health.GetHealth: Overview(counts={}, open_alerts=0, tasks=()),
    health.GetTaskHealth: HEALTH,
    health.GetMonitors: Monitors(task="t", revision=0, monitors=DEFAULTS),
    health.SetMonitors: Monitors(task="t", revision=8, monitors=()),
    health.ListAlerts: Page[Alert](items=(ALERT,)),
    health.AcknowledgeAlert: ALERT,
}
ASKED: list[tuple[str, str, Any, Any, dict[str, Any]]] = [
    ("GET", "/v1/health", None, health.GetHealth, {}),
    ("GET", "/v1/tasks/t/health", None, health.GetTaskHealth, {"task": "t"}),
    ("GET", "/v1/tasks/t/monitors", None, health.GetMonitors, {"task": "t"}),
    ("PUT", "/v1/tasks/t/monitors", {"monitors": []}, health.SetMonitors, {"task": "t", "expected_revision": None}),
    ("GET", "/v1/alerts?task=t&state=open&severity=alert&limit=7", None, health.ListAlerts, {
        "task": "t", "state": "open", "severity": "alert", "limit": 7,
    }),
    ("POST", "/v1/alerts/a1/acknowledge", None, health.AcknowledgeAlert, {"acknowledgement": {"note": None}}),
    ("POST", "/v1/alerts/a1/acknowledge", {"note": "seen"}, health.AcknowledgeAlert, {"alert_id": "a1"}),
]  # fmt: skip


@pytest.mark.parametrize("exchange", ASKED, ids=lambda exchange: f"{exchange[0]} {exchange[1]} {exchange[2]}")
async def test_a_request_becomes_the_command_of_the_registry(
    gateway: Gateway, behind: Behind, exchange: tuple[str, str, Any, Any, dict[str, Any]]
) -> None:
    method, path, body, command, said = exchange
    await behind.answer(Service.REGISTRY, {command: lambda _: ANSWERS[command]})

    answer = await gateway.admin.request(method, path, json=body)

    assert answer.status_code == 200, answer.text
    ((tenant, asked),) = behind.asked
    assert (tenant, type(asked)) == ("acme", command)
    assert said.items() <= asked.model_dump(mode="json").items()


async def test_monitors_are_replaced_only_as_they_were_read(gateway: Gateway, behind: Behind) -> None:
    def set_(command: health.SetMonitors) -> Monitors:
        if command.expected_revision != 7:
            raise Stale("It has revision 7 by now.", revision=7)
        return Monitors(task="t", revision=8, monitors=command.monitors.monitors)

    await behind.answer(Service.REGISTRY, {health.SetMonitors: set_})
    body = {"monitors": [{"metric": "error_rate", "warning": 0.1, "alert": 0.2}]}

    stale = await gateway.admin.put("/v1/tasks/t/monitors", json=body, headers={"If-Match": '"6"'})
    done = await gateway.admin.put("/v1/tasks/t/monitors", json=body, headers={"If-Match": '"7"'})

    assert (stale.status_code, done.status_code, done.headers["ETag"]) == (412, 200, '"8"')
    assert done.json()["monitors"][0]["direction"] == "above"


@pytest.mark.parametrize(
    ("monitor", "field", "reason"),
    [
        (
            {"metric": "karma", "direction": "above", "warning": 1, "alert": 2},
            "monitors.0.metric",
            "known are accuracy",
        ),
        ({"metric": "error_rate", "warning": 2, "alert": 1}, "monitors.0", "must be at least the warning"),
        ({"metric": "error_rate", "warning": "x", "alert": 1}, "monitors.0.warning", "number"),
    ],
)
async def test_a_monitor_that_makes_no_sense_is_refused_with_its_field(
    gateway: Gateway, monitor: dict[str, Any], field: str, reason: str
) -> None:
    answer = await gateway.admin.put("/v1/tasks/t/monitors", json={"monitors": [monitor]})

    (wrong,) = answer.json()["errors"]
    assert answer.status_code == 422
    assert (field in wrong["field"], reason in wrong["reason"]) == (True, True), wrong


async def test_an_alert_that_there_is_not_is_404_and_viewers_only_look(gateway: Gateway, behind: Behind) -> None:
    def refuse(_: health.AcknowledgeAlert) -> Alert:
        raise UnknownAlert("There is no alert 'x'.")

    await behind.answer(Service.REGISTRY, {health.AcknowledgeAlert: refuse, health.ListAlerts: ANSWERS.get})
    async with await gateway.key_for("viewer") as viewer:
        unknown = await gateway.admin.post("/v1/alerts/x/acknowledge")
        forbidden = await viewer.post("/v1/alerts/x/acknowledge")
        set_ = await viewer.put("/v1/tasks/t/monitors", json={"monitors": []})

    assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:ratchet:problem:unknown-alert")
    assert (forbidden.status_code, set_.status_code) == (403, 403)
