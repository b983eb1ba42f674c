"""Where the weights of signals are learnt from outcomes, and never stray far from today's without evidence."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from trainer.trainers.replaying import Doubles

Codes = NDArray[np.int64]

RULE_PRECISION = 1.0
LOOSE = 1e-6
MOST_STEPS = 200


@dataclass(frozen=True)
class Outcomes:
    """What is learnt from, a row a proposal: its signals (rows, signals), the number of its rule, 1.0 if accepted."""

    signals: Doubles
    rules: Codes
    accepted: Doubles

    def sorted(self) -> "Outcomes":
        """The same with the rows of each rule beside one another."""
        order = np.argsort(self.rules, kind="stable")
        return replace(self, signals=self.signals[order], rules=self.rules[order], accepted=self.accepted[order])


@dataclass(frozen=True)
class Weights:
    """How a score is made: `of_signals` (1 or rules, signals), at least 0, one `intercept`, and an offset a rule."""

    of_signals: Doubles
    intercept: float
    offsets: Doubles

    def logits(self, signals: Doubles) -> Doubles:
        """The log-odds of acceptance, of shape (rows, rules)."""
        return signals @ self.of_signals.T + self.intercept + self.offsets


@dataclass(frozen=True)
class _Problem:
    outcomes: Outcomes
    anchor: Weights
    caution: float

    def weights(self, point: Doubles) -> Weights:
        cut = self.anchor.of_signals.size
        return Weights(point[:cut].reshape(self.anchor.of_signals.shape), float(point[cut]), point[cut + 1 :])

    def loss(self, point: Doubles) -> tuple[float, Doubles]:
        """The negative log posterior and its gradient."""
        known, weights = self.outcomes, self.weights(point)
        strayed = weights.of_signals - self.anchor.of_signals
        apart = weights.offsets - self.anchor.offsets
        logits = self._weighed(weights.of_signals) + weights.intercept + weights.offsets[known.rules]
        value = np.logaddexp(0, logits).sum() - known.accepted @ logits + LOOSE * weights.intercept**2 / 2
        value += self.caution * np.square(strayed).sum() / 2 + RULE_PRECISION * np.square(apart).sum() / 2
        excess = expit(logits) - known.accepted
        of_signals = self._gathered(excess) + self.caution * strayed
        of_intercept = excess.sum() + LOOSE * weights.intercept
        of_rules = np.bincount(known.rules, excess, len(apart)) + RULE_PRECISION * apart
        return float(value), np.concatenate([of_signals.ravel(), [of_intercept], of_rules])

    def _weighed(self, of_signals: Doubles) -> Doubles:
        if len(of_signals) == 1:
            return self.outcomes.signals @ of_signals[0]
        return np.einsum("ij,ij->i", self.outcomes.signals, of_signals[self.outcomes.rules])

    def _gathered(self, excess: Doubles) -> Doubles:
        if len(self.anchor.of_signals) == 1:
            return (excess @ self.outcomes.signals)[None, :]
        gathered = np.zeros_like(self.anchor.of_signals)
        present, starts = np.unique(self.outcomes.rules, return_index=True)
        gathered[present] = np.add.reduceat(self.outcomes.signals * excess[:, None], starts)
        return gathered


def fit(outcomes: Outcomes, anchor: Weights, caution: float) -> Weights:
    """The likeliest weights of at least 0, given the outcomes and a normal prior around `anchor`.

    Logistic regression, maximum a posteriori: the weights of signals, which all rules share or each has of its own as
    in `anchor`, have the prior N(anchor, 1/caution), offsets of rules N(anchor, 1), and the intercept is free (Genkin,
    Lewis and Madigan, Technometrics 49, 2007, section 2). It is found by L-BFGS-B (Byrd, Lu, Nocedal and Zhu, SIAM
    Journal on Scientific Computing 16, 1995).
    """
    problem = _Problem(outcomes.sorted(), anchor, caution)
    share = float(np.clip(outcomes.accepted.mean(), 0.001, 0.999))
    start = np.concatenate([anchor.of_signals.ravel(), [np.log(share / (1 - share))], anchor.offsets])
    bounds = [(0, None)] * anchor.of_signals.size + [(None, None)] * (1 + len(anchor.offsets))
    found = minimize(
        problem.loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": MOST_STEPS, "ftol": 1e-10}
    )
    return problem.weights(found.x)
