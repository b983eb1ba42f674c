"""Where the numbers about served versions are described."""

from enum import StrEnum

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
    """What answers cost; ``unknown`` counts the answers whose cost nobody reported."""

    usd: float | None
    unknown: int
    tokens_in: int
    tokens_out: int


class SuccessMetrics(Message):
    """How many outcomes were told (feedback of operation ``outcome``), and their mean: the score, else the verdict."""

    count: int = 0
    rate: float | None = None


class VersionMetrics(Message):
    """The numbers of one version, or of answers whose version is unknown (null).

    ``conversations`` counts the sessions that began with the version in the period; one that two versions answered
    counts for both.
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


class MetricPoint(Message):
    """One hour or day of a series."""

    at: Moment
    inferences: int
    judged: int
    accuracy: float | None


class Metrics(Message):
    """The numbers of a task in a period: in total, by version and over time."""

    task: str
    period: Period
    since: Moment | None
    metrics: VersionMetrics
    versions: tuple[VersionMetrics, ...]
    series: tuple[MetricPoint, ...]
    distributions: dict[str, dict[str, int]]
