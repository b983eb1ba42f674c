"""Where outcomes are counted from all templates down to one template at one step in one context."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.optimize import minimize_scalar
from scipy.special import betaln

from trainer.trainers.replaying import Doubles, rounded

WEAKEST, STRONGEST = 0.5, 10_000.0
JEFFREYS = 1.0
COUNTS = ("accepted", "edited", "shown")


@dataclass(frozen=True)
class Level:
    """The nodes of one depth: their keys and counts, the `mean` of each, and `sure`, the outcomes it is known from.

    `strength` is how many outcomes the mean of the node above weighs.
    """

    strength: float
    nodes: pl.DataFrame


@dataclass(frozen=True)
class Tree:
    """Counts of outcomes: level number d tells the first d `columns` apart; `edited` is what editing counts."""

    columns: tuple[str, ...]
    edited: float
    levels: tuple[Level, ...]

    @property
    def overall(self) -> float:
        """The chance that any template is accepted."""
        return float(self.levels[0].nodes["mean"][0])

    def chances(self, rows: pl.DataFrame) -> Doubles:
        """The chance that the template of each row is accepted, from the deepest node that was ever seen."""
        missing = [pl.lit(None, pl.String).alias(column) for column in self.columns if column not in rows.columns]
        asked = rows.with_columns(missing).select(self.columns)
        known = np.full(rows.height, self.overall)
        for depth, level in enumerate(self.levels[1:], 1):
            keys = list(self.columns[:depth])
            nodes = level.nodes.select(*keys, "mean")
            found = asked.join(nodes, on=keys, how="left", nulls_equal=True, maintain_order="left")["mean"].to_numpy()
            known = np.where(np.isnan(found), known, found)
        return known


def grow(rows: pl.DataFrame, columns: Sequence[str], edited: float) -> Tree:
    """Count a log by these columns, and find by empirical Bayes how much every level trusts the one above it."""
    counted = [_count(rows, list(columns[:depth])) for depth in range(len(columns) + 1)]
    return restore(tuple(columns), edited, counted, None)


def restore(
    columns: tuple[str, ...], edited: float, counted: Sequence[pl.DataFrame], strengths: Sequence[float] | None
) -> Tree:
    """The tree of counts, level by level; strengths that are not given are found.

    The chance at a node is Beta distributed: its prior has the mean of the node above and a strength in outcomes that
    all nodes of a level share, its outcomes are binomial, and editing counts as a part of an acceptance. The overall
    prior is that of Jeffreys.
    """
    levels: list[Level] = []
    for depth, nodes in enumerate(counted):
        above, sure_above = _above(nodes, list(columns[: depth - 1]), levels)
        good = (nodes["accepted"] + edited * nodes["edited"]).to_numpy()
        shown = nodes["shown"].to_numpy().astype(np.float64)
        given = strengths[depth] if strengths else None
        found = JEFFREYS if depth == 0 else strength(good, shown, above)
        trust = found if given is None else given
        mean = rounded((good + trust * above) / (shown + trust))
        sure = shown + (weakened(sure_above - shown, trust) if depth else trust)
        levels.append(Level(trust, nodes.with_columns(pl.Series("mean", mean), pl.Series("sure", sure))))
    return Tree(columns, edited, tuple(levels))


def weakened(sure_above: Doubles, trust: float) -> Doubles:
    """How many outcomes a prior is worth whose own mean is known from only `sure_above` outcomes: variances add up."""
    return 1 / (1 / np.maximum(sure_above, JEFFREYS) + 1 / trust)


def strength(good: Doubles, shown: Doubles, above: Doubles) -> float:
    """The likeliest strength of the priors around the means `above`, given `good` of `shown` outcomes a node.

    Empirical Bayes: the maximum of the beta-binomial marginal likelihood (Griffiths, Biometrics 29, 1973; Gelman et
    al., Bayesian Data Analysis, 3rd edition, section 5.3), between half an outcome and 10,000.
    """

    def lost(logarithm: float) -> float:
        prior = np.exp(logarithm) * above, np.exp(logarithm) * (1 - above)
        return -float((betaln(prior[0] + good, prior[1] + shown - good) - betaln(*prior)).sum())

    bounds = (np.log(WEAKEST), np.log(STRONGEST))
    found = minimize_scalar(lost, bounds=bounds, method="bounded", options={"xatol": 1e-4})
    return float(f"{np.exp(found.x):.4g}")


def _count(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    sums = [(pl.col("outcome") == outcome).sum().cast(pl.Int64).alias(outcome) for outcome in COUNTS[:2]]
    sums.append(pl.len().cast(pl.Int64).alias("shown"))
    return rows.group_by(keys).agg(sums).sort(keys, nulls_last=False) if keys else rows.select(sums)


def _above(nodes: pl.DataFrame, keys: list[str], levels: list[Level]) -> tuple[Doubles, Doubles]:
    """The mean of the node above each node, and how many outcomes it is known from."""
    if not levels:
        return np.array([0.5]), np.array([0.0])
    above = levels[-1].nodes.select(*keys, "mean", "sure")
    found = nodes.join(above, on=keys, how="left", nulls_equal=True, maintain_order="left") if keys else above
    mean, sure = (np.broadcast_to(found[half].to_numpy(), nodes.height) for half in ("mean", "sure"))
    return mean, sure
