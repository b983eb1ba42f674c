"""Where refusals get the sentences that several use cases share."""

from contracts.errors import Stale, UnknownAlert, UnknownTask, UnknownVersion


def unknown_task(task: str) -> UnknownTask:
    return UnknownTask(f"There is no task {task!r}; create it first with POST /v1/tasks.", task=task)


def unknown_version(version_id: str) -> UnknownVersion:
    return UnknownVersion(f"There is no version {version_id!r}.", version_id=version_id)


def unknown_alert(alert_id: str) -> UnknownAlert:
    return UnknownAlert(f"There is no alert {alert_id!r}.", alert_id=alert_id)


def refuse_stale(expected: int | None, present: int, what: str) -> None:
    """Refuse an order that was made with an older revision in view; raises `Stale`."""
    if expected is not None and expected != present:
        detail = f"{what} has revision {present} by now, not {expected}; look at it again before you change it."
        raise Stale(detail, revision=present)
