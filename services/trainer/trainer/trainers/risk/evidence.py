"""Where it is measured which columns a model leans on, where it is weak, and which columns give the label away."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.trainers.risk.encoding import Encoding, Matrix
from trainer.trainers.risk.model import Model
from trainer.trainers.risk.scoring import Answers

ROWS_SHUFFLED = (200, 1_000)
CELLS_SHUFFLED = 15_000
SHUFFLES = 2
SLICED = 3
SLICES_EACH = 5
FEWEST_IN_SLICE = 20
LEAK_AUC = 0.98
LEAK_BINS = 32
ROWS_FOR_LEAKS = 50_000
DIGITS = 6


@dataclass(frozen=True)
class Importance:
    """By how much the Brier score rises when the values of a column are shuffled among the rows."""

    name: str
    rise: float


def importances(model: Model, answers: Answers, seed: int) -> list[Importance]:
    """Permutation importance of every column on holdout rows, the highest first (Breiman: Random Forests, 2001)."""
    features = model.encoding.features
    most = int(np.clip(CELLS_SHUFFLED // max(1, len(features)), *ROWS_SHUFFLED))
    random, known = np.random.default_rng(seed), np.flatnonzero(~np.isnan(answers.truth))
    rows = known if len(known) <= most else np.sort(random.choice(known, most, replace=False))
    matrix, truth = answers.matrix[rows], answers.truth[rows]
    before = _brier(answers.probabilities[rows], truth)
    found = [
        Importance(feature.name, _shuffled(model, matrix, truth, place, random) - before)
        for place, feature in enumerate(features)
    ]
    return sorted(found, key=lambda each: (-each.rise, each.name))


def slices(model: Model, answers: Answers, ranked: Sequence[Importance]) -> list[dict[str, object]]:
    """How the model does on the largest groups of the three categories it leans on most."""
    places = {feature.name: place for place, feature in enumerate(model.encoding.features) if feature.categories}
    found: list[dict[str, object]] = []
    for name in [each.name for each in ranked if each.name in places][:SLICED]:
        for code, category in enumerate(model.encoding.features[places[name]].categories[:SLICES_EACH]):
            rows = (answers.matrix[:, places[name]] == code) & ~np.isnan(answers.truth)
            if rows.sum() >= FEWEST_IN_SLICE:
                found.append({"column": name, "value": category, **_slice(answers, rows, model.threshold)})
    return found


def leaks(encoding: Encoding, matrix: Matrix, truth: Matrix) -> dict[str, float]:
    """Columns that nearly give the label away on their own, with the area under the ROC curve they reach.

    The rate of risks in each of up to 32 ranges of values is learnt on every second row and measured on the others.
    """
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415

    matrix, truth = matrix[:ROWS_FOR_LEAKS], truth[:ROWS_FOR_LEAKS]
    learnt, asked = slice(0, None, 2), slice(1, None, 2)
    if min(map(np.ptp, (truth[learnt], truth[asked]))) == 0:
        return {}
    found: dict[str, float] = {}
    for slot, source in enumerate(encoding.sources):
        bins = _binned(matrix[:, slot], exact=slot < encoding.categories)
        risks = np.bincount(bins[learnt], weights=truth[learnt], minlength=bins.max() + 1)
        rates = (risks + truth.mean()) / (np.bincount(bins[learnt], minlength=bins.max() + 1) + 1)
        auc = float(roc_auc_score(truth[asked], rates[bins[asked]]))
        if auc >= LEAK_AUC:
            name = encoding.features[source].name
            found[name] = round(max(auc, found.get(name, 0.0)), DIGITS)
    return found


def _shuffled(model: Model, matrix: Matrix, truth: Matrix, place: int, random: np.random.Generator) -> float:
    slots = np.flatnonzero(model.encoding.sources == place)
    scores: list[float] = []
    for _ in range(SHUFFLES):
        moved = matrix.copy()
        moved[:, slots] = matrix[random.permutation(len(matrix))][:, slots]
        scores.append(_brier(model.probabilities(moved), truth))
    return float(np.mean(scores))


def _slice(answers: Answers, rows: NDArray[np.bool_], threshold: float) -> dict[str, object]:
    truth, said = answers.truth[rows], answers.probabilities[rows]
    return {
        "rows": int(rows.sum()),
        "prevalence": round(float(truth.mean()), DIGITS),
        "mean_probability": round(float(said.mean()), DIGITS),
        "brier": round(_brier(said, truth), DIGITS),
        "accuracy": round(float(np.mean((said >= threshold) == truth)), DIGITS),
    }


def _brier(probabilities: Matrix, truth: Matrix) -> float:
    return float(np.mean(np.square(probabilities - truth)))


def _binned(values: Matrix, *, exact: bool) -> NDArray[np.int64]:
    """The range of values that each row is in, or its code; missing values are in one of their own."""
    missing = np.isnan(values)
    filled = np.where(missing, 0, values)
    if exact:
        bins = filled.astype(np.int64)
    elif missing.all():
        bins = np.zeros(len(values), np.int64)
    else:
        edges = np.unique(np.quantile(values[~missing], np.arange(1, LEAK_BINS) / LEAK_BINS))
        bins = np.searchsorted(edges, filled, side="left")
    return np.where(missing, bins.max() + 1, bins)
