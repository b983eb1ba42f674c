"""Where a risk's card is written: what it learnt from, what decides, where it is weak, and how it was made."""

from dataclasses import dataclass

import numpy as np

from trainer.trainers import cards
from trainer.trainers.kind import Snapshot
from trainer.trainers.risk import evidence
from trainer.trainers.risk.choosing import Chosen
from trainer.trainers.risk.columns import Recognised
from trainer.trainers.risk.encoding import Matrix
from trainer.trainers.risk.model import Model
from trainer.trainers.risk.parameters import RiskParameters
from trainer.trainers.risk.scoring import Answers

FEW_HELD_ROWS, FEW_HELD_RISKS = 200, 30
SHIFTED = 0.5
MANY_RARE = 0.25
SHOWN = 20
DIGITS = 6


@dataclass(frozen=True)
class Learnt:
    """What was learnt from: the `recognised` columns of the rows used, their slots and truth; `compared` in words."""

    recognised: Recognised
    matrix: Matrix
    truth: Matrix
    compared: str


@dataclass(frozen=True)
class Making:
    """How a model was made."""

    snapshot: Snapshot
    parameters: RiskParameters
    learnt: Learnt
    chosen: Chosen


def write(making: Making, model: Model, answers: Answers) -> dict[str, object]:
    """The card as plain JSON; `answers` are those to the holdout."""
    ranked = evidence.importances(model, answers, making.parameters.seed)
    return {
        "data": _rows(making, model),
        "labels": {"risk": model.pair[0], "other": model.pair[1]},
        "method": _method(making),
        "calibration": _calibration(model),
        "threshold": {"value": model.threshold, "learnt": making.parameters.threshold is None},
        "importance": [{"column": each.name, "brier_rise": round(each.rise, DIGITS)} for each in ranked[:SHOWN]],
        "slices": evidence.slices(model, answers, ranked),
        "limits": _limits(making, model, answers),
        "search": making.chosen.found.card() if making.chosen.found else None,
        **cards.made_with(making.parameters),
    }


def _rows(making: Making, model: Model) -> dict[str, object]:
    snapshot = making.snapshot
    return {
        "snapshot": snapshot.sha256,
        "train_rows": snapshot.train.height,
        "used_rows": len(making.learnt.truth),
        "holdout_rows": snapshot.holdout.height,
        "split_rule": snapshot.rule,
        "removed": dict(snapshot.removed),
        "prevalence": round(model.prevalence, DIGITS),
        "columns": dict(making.learnt.recognised.features),
        "columns_left_out": dict(making.learnt.recognised.left_out),
    }


def _method(making: Making) -> dict[str, object]:
    chosen = making.chosen
    return {
        "averaged": [each.method for each in chosen.members],
        "compared_on": making.learnt.compared,
        "compared_by": "mean of the skills of average precision and Brier score",
        "candidates": [
            {
                "method": each.method,
                "settings": dict(each.settings),
                "trees": each.rounds if each.method == "boosting" else None,
                "skill": round(1 - each.loss, DIGITS),
            }
            for each in chosen.ranked
        ],
    }


def _calibration(model: Model) -> dict[str, object]:
    if not model.calibration.rows:
        return {"method": "none", "reason": "the probabilities are no closer to what happened with it"}
    line = {"slope": round(model.calibration.slope, DIGITS), "shift": round(model.calibration.shift, DIGITS)}
    return {"method": "line through the logits", **line, "rows": model.calibration.rows}


def _limits(making: Making, model: Model, answers: Answers) -> list[str]:
    leaking = evidence.leaks(model.encoding, making.learnt.matrix, making.learnt.truth)
    limits = [
        f"'{name}' alone nearly gives the label away (AUC {auc:.3f}); if it is only known afterwards, 'ignore' it."
        for name, auc in leaking.items()
    ]
    truth = answers.truth[~np.isnan(answers.truth)]
    limits += _rare_names(model, making.learnt.matrix)
    return limits + _measuring(truth) + _shift(truth, model.prevalence) + _search(making.chosen)


def _rare_names(model: Model, matrix: Matrix) -> list[str]:
    shares = {
        feature.name: float(np.mean(matrix[:, place] == len(feature.categories)))
        for place, feature in enumerate(model.encoding.features)
        if feature.holds == "category" and feature.others
    }
    return [
        f"Of the rows learnt from, {share:.0%} have a value of '{name}' that is too rare to be told from others."
        for name, share in shares.items()
        if share > MANY_RARE
    ]


def _measuring(truth: Matrix) -> list[str]:
    rows, risks = len(truth), int(truth.sum())
    if rows < FEW_HELD_ROWS or min(risks, rows - risks) < FEW_HELD_RISKS:
        return [f"Measured on {rows} rows with {risks} risks only; the metrics are rough."]
    return []


def _shift(truth: Matrix, prevalence: float) -> list[str]:
    held = float(truth.mean()) if len(truth) else prevalence
    if abs(held - prevalence) > SHIFTED * prevalence:
        return [f"Of the rows learnt from {prevalence:.1%} were risks, of the holdout {held:.1%}: risks change."]
    return []


def _search(chosen: Chosen) -> list[str]:
    if chosen.found is not None and chosen.found.cut_short:
        return ["The search ran out of time before its last trial, so another training may find other settings."]
    return []
