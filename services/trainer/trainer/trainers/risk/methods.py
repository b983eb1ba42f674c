"""Where a method fits its model with given settings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from threadpoolctl import threadpool_limits

from trainer.trainers.risk import design, planting
from trainer.trainers.risk.encoding import Matrix
from trainer.trainers.risk.members import Boosting, Forest, Linear, Member, Method
from trainer.trainers.searching.space import Choice, Range, Settings, Space

FEW_ROWS = 5_000
COMPARED_ROWS = 500
TOLERANCE = 1e-6
ROWS_A_TREE = 10_000
MOST_LINEAR_ROWS, MOST_FOREST_ROWS = 200_000, 100_000
LEAST_ROUNDS = 10
DIGITS = 7

SPACES: Mapping[Method, Space] = {
    "boosting": {
        "learning_rate": Range(0.02, 0.3, log=True),
        "max_leaf_nodes": Range(4, 64, log=True),
        "min_samples_leaf": Range(5, 200, log=True),
        "l2_regularization": Range(0.01, 50.0, log=True),
        "max_features": Range(0.2, 1.0),
    },
    "linear": {"C": Range(0.001, 100.0, log=True)},
    "forest": {
        "min_samples_leaf": Range(1, 50, log=True),
        "max_features": Range(0.1, 1.0),
        "criterion": Choice(("gini", "log_loss")),
    },
}
"""The settings that a search may choose, named as scikit-learn's."""


@dataclass(frozen=True)
class Problem:
    """Rows (rows, slots), the first slots being `categories`, with 1 for the risk and 0 for its absence."""

    matrix: Matrix
    truth: Matrix
    categories: int
    seed: int

    def of(self, rows: NDArray[np.int64]) -> "Problem":
        """The problem of some of the rows."""
        return replace(self, matrix=self.matrix[rows], truth=self.truth[rows])


def usual(method: Method, rows: int) -> Settings:
    """The settings that suit most tables with so many rows."""
    few = rows < FEW_ROWS
    if method == "boosting":
        rate, leaves, least = (0.05, 8, 10) if few else (0.1, 31, 20)
        regular = {"l2_regularization": 1.0, "max_features": 0.5}
        return {"learning_rate": rate, "max_leaf_nodes": leaves, "min_samples_leaf": least, **regular}
    if method == "linear":
        return {"C": 0.3}
    return {"min_samples_leaf": 3 if few else 5, "max_features": 0.3 if few else 0.15, "criterion": "gini"}


def fit(method: Method, settings: Settings, problem: Problem, rounds: int = 300) -> Member:
    """Fit one model, in one thread; `rounds` are the trees of boosting."""
    # Imported first, because only libraries that are loaded can be held to one thread. A process that only predicts
    # never needs them.
    for library in ("sklearn.ensemble", "sklearn.linear_model"):
        import_module(library)
    # Threads of trainings that run side by side wait for one another: 23 times as long on two cores.
    with threadpool_limits(1):
        if method == "boosting":
            return _boosting(settings, problem, rounds)
        return _linear(settings, problem) if method == "linear" else _forest(settings, problem)


def curve(member: Boosting, matrix: Matrix, truth: Matrix) -> Matrix:
    """The mean squared error of the probability after each tree, on rows that were not learnt from."""
    logits = member.start + member.trees.leaves(matrix).cumsum(axis=1)
    return np.square(expit(logits) - truth[:, None]).mean(axis=0)


def shortened(member: Boosting, rounds: int) -> Boosting:
    """The model of the first trees alone."""
    return replace(member, trees=replace(member.trees, roots=member.trees.roots[:rounds]))


def _boosting(settings: Settings, problem: Problem, rounds: int) -> Boosting:
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415

    # scikit-learn 1.9 fails on a column without any value.
    matrix = np.where(np.isnan(problem.matrix).all(axis=0), 0.0, problem.matrix)
    fixed: dict[str, Any] = {"max_iter": rounds, "early_stopping": False, "random_state": problem.seed}
    categories = list(range(problem.categories)) or None
    model = HistGradientBoostingClassifier(categorical_features=categories, **fixed, **settings)  # pyright: ignore[reportArgumentType]
    model.fit(matrix, problem.truth)
    planted, start = planting.from_boosting(model)
    member = Boosting(start, planted)
    _require_alike(member.probabilities(matrix[:COMPARED_ROWS]), model.predict_proba(matrix[:COMPARED_ROWS]))
    return member


def _forest(settings: Settings, problem: Problem) -> Forest:
    from sklearn.ensemble import RandomForestClassifier  # noqa: PLC0415

    problem = _part(problem, MOST_FOREST_ROWS)
    drawn = design.learn(problem.matrix, problem.categories)
    rows = len(problem.truth)
    columns = drawn.of(problem.matrix)
    model = RandomForestClassifier(
        n_estimators=200 if rows < FEW_ROWS else 80,
        max_samples=min(rows, ROWS_A_TREE),
        random_state=problem.seed,
        **settings,  # pyright: ignore[reportArgumentType]
    )
    model.fit(columns, problem.truth)
    member = Forest(drawn, planting.from_forest(model))
    few = problem.matrix[:COMPARED_ROWS]
    _require_alike(member.probabilities(few), np.asarray(model.predict_proba(columns[:COMPARED_ROWS])))
    return member


def _linear(settings: Settings, problem: Problem) -> Linear:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    problem = _part(problem, MOST_LINEAR_ROWS)
    drawn = design.learn(problem.matrix, problem.categories)
    columns = drawn.of(problem.matrix).astype(np.float64)
    model: Any = LogisticRegression(solver="newton-cholesky", tol=1e-8, **settings)  # pyright: ignore[reportArgumentType]
    model.fit(columns, problem.truth)
    # Processors differ in the last digits of sums, and artifacts should not.
    weights, means = np.round(model.coef_[0], DIGITS), np.round(columns.mean(axis=0), DIGITS)
    return Linear(round(float(model.intercept_[0]), DIGITS), drawn, weights, means)


def _part(problem: Problem, most: int) -> Problem:
    """At most so many of the rows, a random part of more: methods that gain little from further ones."""
    rows = len(problem.truth)
    if rows <= most:
        return problem
    return problem.of(np.sort(np.random.default_rng(problem.seed).choice(rows, most, replace=False)))


def _require_alike(ours: Matrix, theirs: Matrix) -> None:
    """Stop if scikit-learn has begun to keep its trees in another way than they are read here."""
    if len(ours) and np.abs(ours - theirs[:, 1]).max() > TOLERANCE:
        raise RuntimeError("The trees of this release of scikit-learn are not understood; their answers differ.")
