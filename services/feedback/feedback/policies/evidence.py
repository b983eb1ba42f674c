"""Where it is held what is known about a task at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contracts.api.drift import MeasuredDrift
from contracts.api.retraining import RetrainPolicy

_LONGEST_COOLDOWN_MINUTES = 525_600.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about a task at a time; ``new_examples`` were approved after ``cut_off``."""

    at: datetime
    champion: str | None = None
    champion_since: datetime | None = None
    judged: int = 0
    right: int = 0
    new_examples: int = 0
    cut_off: datetime | None = None
    trained_at: datetime | None = None
    queued_at: datetime | None = None
    requested_at: datetime | None = None
    running_job: str | None = None
    drift: MeasuredDrift | None = None

    @property
    def accuracy(self) -> float | None:
        """Give the live accuracy of the champion, or None where nobody judged."""
        return self.right / self.judged if self.judged else None

    @property
    def hours_since_training(self) -> float | None:
        """Give the age of the last completed training, or None where there was none."""
        return (self.at - self.trained_at) / timedelta(hours=1) if self.trained_at else None

    def cooldown_left(self, policy: RetrainPolicy) -> timedelta:
        """Give how long no training may be asked for, counted from the last request or the last job.

        A time that lies further ahead than the cooldown is long was told by a clock that has been set back since.
        """
        wait = timedelta(minutes=min(policy.cooldown_minutes, _LONGEST_COOLDOWN_MINUTES))
        known = [each for each in (self.requested_at, self.queued_at) if each and each - self.at <= wait]
        return max(timedelta(0), max(known) + wait - self.at) if known else timedelta(0)

    def summary(self, policy: RetrainPolicy) -> dict[str, Any]:
        """Give the evidence as it is stored with the decision."""
        return {
            "champion_version_id": self.champion,
            "champion_since": self.champion_since,
            "accuracy": self.accuracy,
            "judged": self.judged,
            "right": self.right,
            "new_examples": self.new_examples,
            "examples_since": self.cut_off,
            "trained_at": self.trained_at,
            "hours_since_training": self.hours_since_training,
            "queued_at": self.queued_at,
            "requested_at": self.requested_at,
            "running_job_id": self.running_job,
            "cooldown_left_s": self.cooldown_left(policy).total_seconds(),
            "drift": self.drift.model_dump(mode="json") if self.drift else None,
        }
