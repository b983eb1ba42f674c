"""Where it is described what can be learnt from feedback: what goes wrong, where, since when, and how reviews go."""

from contracts.api.metrics import Period
from contracts.message import Message, Moment


class ConfusedLabels(Message):
    """One label that was taken for another: how often, and what share of all mistakes and of the label's answers.

    ``example_ids`` are up to three of the newest examples that show it.
    """

    predicted: str
    actual: str
    count: int
    share: float
    share_of_predicted: float
    example_ids: tuple[str, ...] = ()


class Shift(Message):
    """A share in the period and in the one before, for one label or version; ``certain`` if chance alone is unlikely.

    ``low`` and ``high`` bound the difference (Newcombe's interval), wide enough for all that was compared together.
    """

    of: str
    metric: str
    now: float
    n: int
    before: float
    n_before: int
    difference: float
    low: float
    high: float
    certain: bool
    sentence: str


class Pattern(Message):
    """A word or two that are much more frequent where answers were corrected; ``z`` is how surely."""

    words: str
    corrected: int
    accepted: int
    log_odds: float
    z: float


class TrendPoint(Message):
    """One hour, day or month."""

    at: Moment
    inferences: int
    feedback: int
    accuracy: float | None
    acceptance: float | None


class InsightTotals(Message):
    """What happened in the period; examples are those submitted in it."""

    inferences: int
    feedback: int
    judged: int
    accuracy: float | None
    acceptance: float | None
    corrections: int = 0
    examples: int = 0
    pending: int = 0
    approved: int = 0
    rejected: int = 0


class Approvals(Message):
    """How the examples of one source or one submitter fare; ``rate`` is the approved share of the settled ones."""

    of: str
    examples: int
    pending: int
    approved: int
    rejected: int
    rate: float | None


class ReviewerActivity(Message):
    """What one person reviewed, and how often it ended as they said."""

    name: str
    reviews: int
    approved: int
    agreed: float | None


class ReviewInsights(Message):
    """How reviews go; kappa is Fleiss' (1971), over examples that two or more people reviewed.

    ``agreement`` is the share of those whose reviewers all said the same, to the letter.
    """

    reviews: int
    reviews_a_day: float
    median_hours: float | None
    shared: int
    agreement: float | None
    kappa: float | None
    disputed: int
    adjudicated: int
    reviewers: tuple[ReviewerActivity, ...] = ()


class WaitingExample(Message):
    """An example that waits for review."""

    id: str
    submitted_by: str
    created_at: Moment
    hours: float
    quality: float


class Insights(Message):
    """What can be learnt from the feedback of a task; ``notes`` say what could not, and what bounds were reached."""

    task: str
    period: Period
    since: Moment | None
    as_of: Moment
    totals: InsightTotals
    confusions: tuple[ConfusedLabels, ...] = ()
    shifts: tuple[Shift, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    trend: tuple[TrendPoint, ...] = ()
    sources: tuple[Approvals, ...] = ()
    submitters: tuple[Approvals, ...] = ()
    reviews: ReviewInsights
    oldest: tuple[WaitingExample, ...] = ()
    waiting_by_age: dict[str, int] = {}  # noqa: RUF012 (pydantic copies defaults)
    notes: tuple[str, ...] = ()
