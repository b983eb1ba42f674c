"""Where one experiment after another is played to its verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist

import numpy as np

from bench.decisions.worlds import World, looks
from contracts.api.version import Verdict
from registry.decisions import comparisons, sequential
from registry.decisions.verdicts import RATIO_ALPHA, Arm, Metric, Plan, judge

ALPHA = 0.05
POWER = 0.8
_GOAL = Metric("goal")
_PLAN = Plan(goal=_GOAL, alpha=ALPHA)


@dataclass(frozen=True, slots=True)
class Ended:
    """How one experiment ended: decided or open, after how many units, of which so many were treated.

    `peeked` is whether an impatient person with a z-test would have called it at some look; `p_at` their p-values.
    """

    decided: bool
    units: int
    treated: int
    peeked: bool
    p_at: dict[int, float]


def run(world: World, count: int, random: np.random.Generator) -> list[Ended]:
    """Play so many experiments."""
    return [_play(world, random) for _ in range(count)]


def _play(world: World, random: np.random.Generator) -> Ended:
    decided, units, treated, p_at = False, 0, 0, dict[int, float]()
    for control, treatment in looks(world, random):
        arms = [
            Arm(name, share, sample.units, {"goal": sample})
            for name, share, sample in (("a", 1 - world.share, control), ("b", world.share, treatment))
        ]
        if min(control.units, treatment.units) >= _PLAN.min_units:
            p_at[control.units + treatment.units] = comparisons.means(control, treatment).p
        if not decided:
            units, treated = control.units + treatment.units, treatment.units
            decided = judge(_PLAN, *arms).verdict in {Verdict.SHIP, Verdict.ROLLBACK}
    return Ended(decided, units, treated, any(p < ALPHA for p in p_at.values()), p_at)


def share_decided(ended: Sequence[Ended]) -> float:
    return sum(each.decided for each in ended) / len(ended)


def share_peeked(ended: Sequence[Ended]) -> float:
    return sum(each.peeked for each in ended) / len(ended)


def share_fixed(ended: Sequence[Ended], horizon: int) -> float:
    """Give how many experiments a single z-test at the first look at or after the horizon finds."""
    last = [next((p for units, p in each.p_at.items() if units >= horizon), 1.0) for each in ended]
    return sum(p < ALPHA for p in last) / len(last)


def fixed_horizon(rate: float, effect: float) -> int:
    """Give the units in both arms with which a two-sided z-test finds the effect with 80 % power (Fleiss, 1981)."""
    normal, middle = NormalDist(), rate + effect / 2
    spread = sqrt(rate * (1 - rate) + (rate + effect) * (1 - rate - effect))
    numerator = normal.inv_cdf(1 - ALPHA / 2) * sqrt(2 * middle * (1 - middle)) + normal.inv_cdf(POWER) * spread
    return 2 * ceil((numerator / effect) ** 2)


def share_uneven(world: World, count: int, random: np.random.Generator, *, lost: float = 0.0) -> float:
    """Give how many experiments raise the alarm about sample ratios at some look, if so many treated units get lost."""
    alarms = 0
    for _ in range(count):
        treated = np.cumsum(random.binomial(world.batch, world.share, world.looks))
        totals = world.batch * np.arange(1, world.looks + 1)
        seen = random.binomial(treated[-1:], 1 - lost)[0] / max(1, treated[-1])
        pairs = zip(totals - treated, np.round(treated * seen), strict=True)
        shares = (1 - world.share, world.share)
        alarms += any(sequential.ratio_evidence([int(a), int(b)], shares) >= 1 / RATIO_ALPHA for a, b in pairs)
    return alarms / count
