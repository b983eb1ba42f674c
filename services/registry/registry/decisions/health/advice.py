"""Where what is wrong with a task is put into sentences, with the next action and the command that carries it out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from contracts.api.health import Issue, MonitorState, Reading, Recommendation, Severity
from contracts.api.metrics import Period
from contracts.api.monitor import WATCHABLE, written
from registry.decisions.health.vitals import Live, Served

_BAD = (MonitorState.ALERT, MonitorState.WARNING)
_NAMES = {
    "accuracy": "live accuracy",
    "accuracy_drop": "accuracy lost since training",
    "acceptance": "acceptance",
    "success": "success",
    "error_rate": "error rate",
    "latency_p95": "95th percentile of the latency",
    "cost_usd": "mean cost of an answer",
    "confidence": "mean confidence",
    "unversioned": "share of answers without a version",
    "drift": "drift of the predicted labels",
    "age_days": "age",
}


_BY_OPINION = frozenset({"accuracy", "accuracy_drop", "acceptance", "success"})


@dataclass(frozen=True, slots=True)
class Case:
    """A task, the versions that serve it, what feedback says, and whether there is anything to roll back to."""

    task: str
    served: Sequence[Served]
    live: Live
    may_roll_back: bool
    waiting: int | None


def issues(case: Case, readings: Iterable[Reading]) -> tuple[Issue, ...]:
    """Say what is wrong, the worst first."""
    bad = sorted((each for each in readings if each.state in _BAD), key=lambda each: _BAD.index(each.state))
    labels = {each.version.id: each.version.label for each in case.served}
    told = tuple(issue(each, labels.get(each.version_id or "", "the task")) for each in bad)
    told += tuple(_learnt_from_erased(each) for each in case.served if each.version.erasures)
    if not case.live.away:
        return told
    away = f"{case.live.away} Live monitors say nothing meanwhile."
    return (*told, Issue(sentence=away, severity=Severity.WARNING, metric="feedback"))


def _learnt_from_erased(served: Served) -> Issue:
    """Say that a version still knows what was erased: its weights are as they were."""
    version = served.version
    rows = sum(each.rows for each in version.erasures)
    sentence = f"{version.label} learnt from {rows:,} row{'s' * (rows != 1)} that were erased on behalf of a person."
    return Issue(
        sentence=sentence, severity=Severity.WARNING, metric="erasures", version_id=version.id, value=float(rows)
    )


def issue(reading: Reading, label: str) -> Issue:
    """Say what a monitor complains of; of one that waits for a number to go well back, the threshold it was beyond."""
    severity = Severity(reading.state)
    threshold = reading.alert if severity is Severity.ALERT else reading.warning
    name = _NAMES.get(reading.metric, reading.metric.replace("_", " ", 1))
    beyond = _beyond(reading, threshold)
    value = written(reading.metric, reading.value or 0.0)
    sentence = f"{name[0].upper()}{name[1:]} of {label} is {value}, {beyond}{_rests_on(reading)}."
    return Issue(
        sentence=sentence,
        severity=severity,
        metric=reading.metric,
        version_id=reading.version_id,
        value=reading.value,
        threshold=threshold,
    )


def actions(case: Case, found: Sequence[Issue]) -> tuple[Recommendation, ...]:
    """Name the next actions, the most urgent first, each once."""
    wanted = [action(case, each) for each in found if each.metric != "feedback"]
    wanted += [*_nothing_serves(case), *_silence(case), *_queue(case)]
    unlike: dict[str, Recommendation] = {}
    for each in wanted:
        unlike.setdefault(each.command, each)
    return tuple(unlike.values())


def action(case: Case, wrong: Issue) -> Recommendation:
    """Name what to do about an issue: back where it is bad and there is something to go back to, or else its cure."""
    served = next((each for each in case.served if each.version.id == wrong.version_id), None)
    is_trial = served is not None and not served.is_champion
    if wrong.severity is Severity.ALERT and wrong.metric in _CAUSED and (case.may_roll_back or is_trial):
        where = "the champion" if is_trial else "the champion before"
        return Recommendation(sentence=f"Roll back to {where}.", command=f"ratchet model rollback {case.task}")
    return _CURES.get(wrong.metric, _learn)(case)


_CAUSED = frozenset(_NAMES) - {"unversioned", "drift", "age_days"}
"""What another version may do better at once."""


def _retrain(case: Case) -> Recommendation:
    return Recommendation(sentence="Retrain on newer examples.", command=f"ratchet train start {case.task}")


def _retrain_without(case: Case) -> Recommendation:
    sentence = "Retrain without the rows that were erased, and archive the versions that learnt from them."
    return Recommendation(sentence=sentence, command=f"ratchet train start {case.task}")


def _learn(case: Case) -> Recommendation:
    sentence = "Retrain with more examples, or others."
    return Recommendation(sentence=sentence, command=f"ratchet train start {case.task}")


def _look(case: Case) -> Recommendation:
    sentence = "Look at the numbers of each version, and at what its answers depend on."
    return Recommendation(sentence=sentence, command=f"ratchet metrics {case.task}")


def _name_versions(case: Case) -> Recommendation:
    sentence = "Let applications report the version_id with each inference; resolve tells it."
    return Recommendation(sentence=sentence, command=f"ratchet resolve {case.task}")


_CURES: dict[str, Callable[[Case], Recommendation]] = {
    "error_rate": _look,
    "latency_p95": _look,
    "cost_usd": _look,
    "confidence": _retrain,
    "unversioned": _name_versions,
    "drift": _retrain,
    "age_days": _retrain,
    "accuracy": _retrain,
    "accuracy_drop": _retrain,
    "acceptance": _retrain,
    "success": _retrain,
    "erasures": _retrain_without,
}


def _nothing_serves(case: Case) -> Iterable[Recommendation]:
    if not case.served:
        sentence = "Nothing serves yet: train a first version."
        yield Recommendation(sentence=sentence, command=f"ratchet train start {case.task}")


def _silence(case: Case) -> Iterable[Recommendation]:
    """Ask for opinions about versions that answer and hear none."""
    for each in case.served:
        for period in (Period.WEEK, Period.DAY):
            found = case.live.of(each.version.id, period)
            if found and found.inferences and not found.feedback:
                sentence = f"Collect feedback: no opinion on {each.version.label} in the last {period}."
                yield Recommendation(sentence=sentence, command=f"ratchet feedback send --task {case.task}")
                break


def _queue(case: Case) -> Iterable[Recommendation]:
    if case.waiting:
        sentence = f"Review {case.waiting:,} waiting example{'s' if case.waiting > 1 else ''}."
        yield Recommendation(sentence=sentence, command=f"ratchet examples list --task {case.task} --status pending")


def _rests_on(reading: Reading) -> str:
    if not (WATCHABLE[reading.metric].live and reading.n):
        return ""
    return f" ({reading.n:,} {'opinions' if reading.metric in _BY_OPINION else 'answers'} in the last {reading.period})"


def _beyond(reading: Reading, threshold: float) -> str:
    value, limit = reading.value or 0.0, written(reading.metric, threshold)
    is_beyond = value > threshold if reading.direction == "above" else value < threshold
    return f"{reading.direction} {limit}" if is_beyond else f"not yet well back from {limit}"
