"""Where a log is replayed: what would a scorer have said, and what had people made of it."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trainer.trainers.actions.model import Scorer, load, recommended
from trainer.trainers.kind import Evaluation
from trainer.trainers.replaying import Doubles

MEASURE = "log loss of the score"
BASELINE = "today's weights"


@dataclass(frozen=True)
class Replayed:
    """For every row of a log: the score of its rule, whether it is recommended, and 1.0 if people accepted it."""

    scores: Doubles
    recommended: NDArray[np.bool_]
    accepted: Doubles

    @property
    def losses(self) -> Doubles:
        """The log loss of every score."""
        return -np.log(np.where(self.accepted > 0, self.scores, 1 - self.scores))

    def metrics(self) -> dict[str, float]:
        """The metrics of at least one row.

        `precision`: the share of recommended rows that people accepted (0 where none is), `acceptance` that of all
        rows; `coverage`: the share of rows that are recommended; `loss`: the mean log loss.
        """
        shown = int(self.recommended.sum())
        return {
            "precision": float(self.accepted[self.recommended].mean()) if shown else 0.0,
            "acceptance": float(self.accepted.mean()),
            "coverage": shown / len(self.scores),
            "loss": float(self.losses.mean()),
            "samples": float(len(self.scores)),
        }


def evaluate(artifact: bytes, rows: pl.DataFrame) -> Evaluation:
    """Measure an artifact on a divided log, beside the weights of the day it was trained.

    Raises `UnreadableArtifact`.
    """
    model = load(artifact)
    replayed = replay(model.scorer, rows)
    before = replay(model.today, rows).losses.tolist()
    return Evaluation(
        replayed.metrics(), replayed.losses.tolist(), measure=MEASURE, baseline=before, baseline_name=BASELINE
    )


def replay(scorer: Scorer, rows: pl.DataFrame) -> Replayed:
    """What a scorer says about all rows of a divided log."""
    scores, thresholds = scorer.asked(rows)
    said = [recommended(float(score), threshold) for score, threshold in zip(scores, thresholds, strict=True)]
    accepted = (rows["outcome"] == "accepted").to_numpy().astype(np.float64)
    return Replayed(scores, np.array(said, dtype=np.bool_), accepted)
