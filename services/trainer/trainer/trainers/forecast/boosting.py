"""Where one model learns from all series at once and forecasts every step ahead directly.

Gradient boosted trees with the step ahead as a feature (direct multi-horizon), trained across series as in
Montero-Manso and Hyndman 2021, Principles and algorithms for forecasting groups of time series: locality and globality.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from trainer.trainers.forecast import features
from trainer.trainers.forecast.bins import Bins, bins_of
from trainer.trainers.forecast.history import History
from trainer.trainers.forecast.lessons import Lesson
from trainer.trainers.forecast.methods.panel import Flags, Floats, Integers
from trainer.trainers.forecast.windows import CHANGE, View

OUTER = 0.002
"""The share of targets on each side that are drawn in, and beyond which nothing is ever forecast."""


@dataclass(frozen=True)
class Boosted:
    """Trees that forecast steps ahead from windows; `used` are the features that were ever known.

    Without trees, where there was nothing but zeros to learn from, the past goes on as it is.
    """

    trees: HistGradientBoostingRegressor | None
    bins: Bins
    used: Integers
    view: View
    limits: tuple[float, float]


def fit(lesson: Lesson) -> Boosted:
    """Learn from windows that end at sampled steps of the past, and what came up to `horizon` steps later."""
    view = lesson.view
    rows, targets, weights = (np.concatenate(each) for each in zip(*features.portions(lesson, view), strict=True))
    categorical = features.categorical(lesson.history, rows.shape[1])
    bins = bins_of(rows, categorical)
    binned = bins.of(rows)
    used = np.flatnonzero(np.isfinite(binned).any(axis=0))
    if not used.size:
        return Boosted(None, bins, used, view, (0.0, 0.0))
    outer = OUTER if view.target == CHANGE else 0.0
    low, high = (float(each) for each in np.quantile(targets, (outer, 1 - outer)))
    trees = _trees(lesson, categorical[used])
    trees.fit(binned[:, used], np.clip(targets, low, high), sample_weight=weights)
    return Boosted(trees, bins, used, view, (low, high))


def forecast(model: Boosted, history: History, horizon: int) -> Floats:
    """The next steps of all series (series, horizon), in the unit of the panel."""
    made = np.zeros((history.panel.series, horizon), np.float32)
    for asked in features.questions(history, model.view, horizon):
        relative = _relative(model, features.features(history, asked)).reshape(-1, horizon)
        made[asked.rows] = asked.past.start[:, None] + asked.past.unit[:, None] * relative
    return made


def _relative(model: Boosted, rows: Floats) -> Floats:
    if model.trees is None:
        return np.zeros(len(rows), np.float32)
    predicted = model.trees.predict(model.bins.of(rows)[:, model.used])
    return np.clip(predicted, *model.limits).astype(np.float32)


def _trees(lesson: Lesson, categorical: Flags) -> HistGradientBoostingRegressor:
    settings = lesson.settings
    return HistGradientBoostingRegressor(
        loss="absolute_error" if lesson.target == CHANGE else "squared_error",
        max_iter=settings.trees,
        learning_rate=settings.rate,
        max_leaf_nodes=settings.leaves,
        min_samples_leaf=settings.least_rows,
        l2_regularization=settings.l2,
        random_state=lesson.seed,
    ).set_params(early_stopping=False, categorical_features=categorical)
