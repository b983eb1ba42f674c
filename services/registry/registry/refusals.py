"""Where refusals get the sentences that several use cases share."""

from contracts.errors import UnknownAlert, UnknownTask, UnknownVersion


def unknown_task(task: str) -> UnknownTask:
    return UnknownTask(
        f"There is no task {task!r}; create it first (POST /v1/tasks, or ratchet task create).", task=task
    )


def unknown_version(version_id: str) -> UnknownVersion:
    return UnknownVersion(f"There is no version {version_id!r}.", version_id=version_id)


def unknown_alert(alert_id: str) -> UnknownAlert:
    return UnknownAlert(f"There is no alert {alert_id!r}.", alert_id=alert_id)
