"""Where it is described how well a task does, what is wrong with it, and what to do about that."""

from enum import StrEnum

from contracts.api.metrics import Period
from contracts.api.monitor import Direction
from contracts.message import Message, Moment


class HealthStatus(StrEnum):
    """How a task or a version does; the worst comes first."""

    UNHEALTHY = "unhealthy"
    DEGRADED = "degraded"
    NO_DATA = "no_data"
    HEALTHY = "healthy"


class Severity(StrEnum):
    """How bad it is."""

    WARNING = "warning"
    ALERT = "alert"


class MonitorState(StrEnum):
    """What a monitor says."""

    OK = "ok"
    WARNING = "warning"
    ALERT = "alert"
    NO_DATA = "no_data"


class Reading(Message):
    """What a monitor says of a version (of the whole task, if null), with the number and what it rests on.

    ``n`` counts the answers or opinions behind the value; ``note`` says why a number that is beyond a threshold does
    not count, or why there is none.
    """

    metric: str
    period: Period
    version_id: str | None
    direction: Direction
    warning: float
    alert: float
    state: MonitorState
    value: float | None
    n: int | None
    note: str = ""


class Issue(Message):
    """What is wrong, in a sentence, and with the number that says so where there is one."""

    sentence: str
    severity: Severity
    metric: str
    version_id: str | None = None
    value: float | None = None
    threshold: float | None = None


class Recommendation(Message):
    """The next action, with the command that carries it out."""

    sentence: str
    command: str


class VersionHealth(Message):
    """How one version that serves does; ``weight`` is its share of the units.

    ``unknown_costs`` counts the answers of the last day whose cost nobody reported; ``cost_usd`` is null rather than 0
    where no cost is known.
    """

    version_id: str
    label: str
    weight: float
    status: HealthStatus
    age_days: float
    training: dict[str, float]
    inferences: int | None
    feedback: int | None
    cost_usd: float | None
    unknown_costs: int | None
    readings: tuple[Reading, ...]


class HealthChange(Message):
    """A line of the history: from when on it did so, and why."""

    status: HealthStatus
    was: HealthStatus | None
    reasons: tuple[str, ...]
    at: Moment


class TaskHealth(Message):
    """How a task does, as of a time: its status is that of the version that does worst.

    ``readings`` are those of monitors that look at the task as a whole; ``open_alerts`` counts what is not resolved.
    """

    task: str
    status: HealthStatus
    as_of: Moment
    issues: tuple[Issue, ...]
    recommendations: tuple[Recommendation, ...]
    readings: tuple[Reading, ...]
    versions: tuple[VersionHealth, ...]
    open_alerts: int = 0
    changes: tuple[HealthChange, ...] = ()


class TaskStatus(Message):
    """How a task did when it was last looked at; ``issue`` is the worst thing about it."""

    task: str
    status: HealthStatus
    as_of: Moment | None
    issue: str | None
    issues: int
    open_alerts: int


class Overview(Message):
    """How all tasks do, the worst first; ``counts`` are over all tasks, of which up to 1,000 are listed."""

    counts: dict[HealthStatus, int]
    open_alerts: int
    tasks: tuple[TaskStatus, ...]
