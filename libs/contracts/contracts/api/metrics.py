"""Where the numbers about served versions are described."""

from enum import StrEnum

from contracts.api.system_health import Recommendation, SystemHealth
from contracts.message import Message, Moment


class Period(StrEnum):
    """How far back to look."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    ALL = "all"


class ClassificationMetrics(Message):
    """How good the labels were, judged by feedback; null where nobody judged. F1 is the macro average.

    ``acceptance`` is the positive share of the ``verdicts``.
    """

    judged: int
    accuracy: float | None
    precision: float | None
    recall: float | None
    f1: float | None
    acceptance: float | None
    verdicts: int = 0


class LatencyMetrics(Message):
    """Milliseconds, within one per cent; null where no latency was reported."""

    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


class CostMetrics(Message):
    """What answers cost; ``unknown`` counts those whose cost neither anybody reported nor the price list says."""

    usd: float | None
    unknown: int
    tokens_in: int
    tokens_out: int
    known: int = 0
    unknown_share: float | None = None


class SuccessMetrics(Message):
    """How many outcomes told success, and their mean, as the feedback policy of the task defines it.

    By default these are feedback of operation ``outcome``, with their score, else their verdict.
    """

    count: int = 0
    rate: float | None = None


class OperationMetrics(Message):
    """What the opinions of one operation say; ``usage`` and ``helpfulness`` are shares of those that tell."""

    feedback: int = 0
    verdicts: int = 0
    acceptance: float | None = None
    used_told: int = 0
    usage: float | None = None
    helpful_told: int = 0
    helpfulness: float | None = None
    scores: int = 0
    mean_score: float | None = None


class OutcomeMetrics(Message):
    """How often an outcome of one's own was told, and its mean."""

    count: int
    mean: float


class LabelMetrics(Message):
    """The numbers of answers with one label; ``corrected`` counts the corrections that say it."""

    label: str
    inferences: int
    errors: int
    mean_confidence: float | None
    judged: int
    accuracy: float | None
    verdicts: int
    acceptance: float | None
    corrected: int


class VersionMetrics(Message):
    """The numbers of one version, or of answers whose version is unknown (null).

    ``parked`` counts opinions whose inference has not come. ``conversations`` counts the sessions that began with
    the version in the period; one that two versions answered counts for both.
    """

    version_id: str | None
    inferences: int
    errors: int
    error_rate: float | None
    mean_confidence: float | None
    feedback: int
    classification: ClassificationMetrics
    latency: LatencyMetrics
    cost: CostMetrics
    conversations: int = 0
    success: SuccessMetrics = SuccessMetrics()
    parked: int = 0
    suggestions: OperationMetrics = OperationMetrics()
    sentiment: OperationMetrics = OperationMetrics()
    operations: dict[str, OperationMetrics] = {}  # noqa: RUF012 (pydantic copies defaults)
    outcomes: dict[str, OutcomeMetrics] = {}  # noqa: RUF012


class MetricPoint(Message):
    """One minute, hour, day or month of a series."""

    at: Moment
    inferences: int
    judged: int
    accuracy: float | None
    errors: int = 0
    error_rate: float | None = None
    feedback: int = 0
    acceptance: float | None = None
    cost_usd: float | None = None
    unknown_costs: int = 0
    success: float | None = None


class MetricRow(MetricPoint):
    """One minute, hour, day or month of one version, as it is exported."""

    version_id: str | None
    positive: int = 0
    negative: int = 0
    tokens_in: int = 0
    tokens_out: int = 0


class Metrics(Message):
    """The numbers of a task, or of all tasks (null), in a time: in total, by version and over time.

    The time begins at ``since`` and ends before ``until`` (null: open): where minutes or hours are no longer kept, it
    is a little longer than the one that was asked for. Of a phase it is the answers and opinions that count in it.
    ``labels`` are there if details are asked for.
    """

    task: str | None
    period: Period
    since: Moment | None
    metrics: VersionMetrics
    versions: tuple[VersionMetrics, ...]
    series: tuple[MetricPoint, ...]
    distributions: dict[str, dict[str, int]]
    until: Moment | None = None
    step: str = ""
    phase: str | None = None
    labels: tuple[LabelMetrics, ...] = ()
    system_health: SystemHealth | None = None
    recommendations: tuple[Recommendation, ...] = ()
