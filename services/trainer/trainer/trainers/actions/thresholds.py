"""Where it is chosen from which score on a rule is recommended."""

import math
from dataclasses import replace

import numpy as np
import polars as pl
from scipy.special import betaincinv

from trainer.trainers.actions.model import Scorer
from trainer.trainers.actions.parameters import ActionsParameters
from trainer.trainers.actions.scoring import replay
from trainer.trainers.replaying import Doubles

STEPS = 10
DIGITS = 1e9


def renewed(learnt: Scorer, today: Scorer, train: pl.DataFrame, parameters: ActionsParameters) -> Scorer:
    """The scorer with a new threshold for each rule that has enough outcomes; others keep today's."""
    present = dict(zip(today.rules, today.thresholds, strict=True))
    known, replayed = train["rule"].to_numpy(), replay(learnt, train)
    found: list[float | None] = []
    for rule in learnt.rules:
        mine, stays = known == rule, present.get(rule, parameters.threshold)
        is_known = mine.sum() >= parameters.min_outcomes
        scores, accepted = replayed.scores[mine], replayed.accepted[mine]
        found.append(choose(scores, accepted, stays, parameters) if is_known else stays)
    return replace(learnt, thresholds=found)


def choose(scores: Doubles, accepted: Doubles, present: float | None, parameters: ActionsParameters) -> float | None:
    """The lowest threshold above which acceptance surely reaches the target precision.

    Looked for at the best tenth of the scores, the best two tenths and so on; to look so often is made up for by
    Bonferroni's correction. If all of them surely miss the target, None: the rule is never recommended. If nothing is
    sure, the `present` threshold.
    """
    descending = np.sort(scores)[::-1]
    places = {math.ceil(len(scores) * step / STEPS) - 1 for step in range(1, STEPS + 1)}
    candidates = sorted({float(descending[place]) for place in places})
    sure = 1 - (1 - parameters.confidence) / len(candidates)
    counts = [(round(float(accepted[above].sum())), int(above.sum())) for above in (scores >= at for at in candidates)]
    for candidate, (good, shown) in zip(candidates, counts, strict=True):
        if lower_bound(good, shown, sure) >= parameters.target_precision:
            return math.floor(candidate * DIGITS) / DIGITS
    misses = all(1 - lower_bound(shown - good, shown, sure) < parameters.target_precision for good, shown in counts)
    return None if misses else present


def lower_bound(accepted: int, shown: int, confidence: float) -> float:
    """The share of acceptance that is surely reached: one-sided, of Clopper and Pearson (Biometrika 26, 1934)."""
    if not accepted:
        return 0.0
    return float(betaincinv(accepted, shown - accepted + 1, 1 - confidence))
