"""Where commands about health, monitors and alerts are answered."""

from chassis.database import Transaction
from chassis.rpc.answering import Answers
from chassis.rpc.caller import Caller
from chassis.service import Parts
from contracts.api.alert import Alert
from contracts.api.health import Overview, TaskHealth
from contracts.api.monitor import Monitors
from contracts.api.page import Page
from contracts.commands.health import (
    AcknowledgeAlert,
    GetHealth,
    GetMonitors,
    GetTaskHealth,
    ListAlerts,
    SetMonitors,
)
from registry import alerts
from registry.health import monitors, showing


def answer(known: Answers, parts: Parts) -> None:
    """Register how commands about health, monitors and alerts are answered."""

    async def get_task_health(caller: Caller, command: GetTaskHealth) -> TaskHealth:
        return await showing.of_task(parts, caller, command.task)

    known.add_without_transaction(GetTaskHealth, get_task_health)

    @known.to(GetHealth)
    async def get_health(tx: Transaction, _: GetHealth) -> Overview:
        return await showing.overview(tx)

    _answer_about_monitors(known)
    _answer_about_alerts(known)


def _answer_about_monitors(known: Answers) -> None:
    @known.to(GetMonitors)
    async def get_monitors(tx: Transaction, command: GetMonitors) -> Monitors:
        return await monitors.get(tx, command.task)

    @known.to(SetMonitors)
    async def set_monitors(tx: Transaction, command: SetMonitors) -> Monitors:
        return await monitors.replace(tx, command)


def _answer_about_alerts(known: Answers) -> None:
    @known.to(ListAlerts)
    async def list_alerts(tx: Transaction, command: ListAlerts) -> Page[Alert]:
        return await alerts.list_(tx, command)

    @known.to(AcknowledgeAlert)
    async def acknowledge_alert(tx: Transaction, command: AcknowledgeAlert) -> Alert:
        return await alerts.acknowledge(tx, command)
