"""Where one experiment after another is played to its verdict."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist

import numpy as np

from bench.decisions.worlds import World, looks
from contracts.api.version import Verdict
from registry.decisions.trials import comparisons, contests, sequential
from registry.decisions.trials.plans import PERCENTILE, Arm, Plan
from registry.decisions.trials.verdicts import RATIO_ALPHA, judge

SEED = 20261121
ALPHA = 0.05
POWER = 0.8


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
    """Play so many experiments with a goal."""
    plan = Plan(goal=world.kind.metric, alpha=ALPHA, guarding_alpha=ALPHA, tuned_for=world.units)
    return [_play(plan, world, random) for _ in range(count)]


def share_judged(
    plan: Plan, wrong: Collection[Verdict], world: World, count: int, random: np.random.Generator
) -> float:
    """Give how many experiments get a wrong verdict at some look; those with several treatments are contests."""
    return sum(any(_judged(plan, arms) in wrong for arms in looks(world, random)) for _ in range(count)) / count


def _judged(plan: Plan, arms: Sequence[Arm]) -> Verdict:
    if len(arms) == 2:
        return judge(plan, *arms).verdict
    control, *treatments = arms
    return contests.judge(plan, control, treatments, {}).verdict


def _play(plan: Plan, world: World, random: np.random.Generator) -> Ended:
    decided, units, treated, p_at = False, 0, 0, dict[int, float]()
    for control, treatment in looks(world, random):
        if min(control.units, treatment.units) >= plan.min_units and world.kind.metric.name != PERCENTILE:
            p_at[control.units + treatment.units] = _p(world, control, treatment)
        if not decided:
            units, treated = control.units + treatment.units, treatment.units
            decided = judge(plan, control, treatment).verdict in {Verdict.SHIP, Verdict.ROLLBACK}
    return Ended(decided, units, treated, any(p < ALPHA for p in p_at.values()), p_at)


def _p(world: World, control: Arm, treatment: Arm) -> float:
    return comparisons.means(control.of(world.kind.metric), treatment.of(world.kind.metric)).p


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
        alarms += any(is_uneven([int(a), int(b)], (1 - world.share, world.share)) for a, b in pairs)
    return alarms / count


def share_uneven_ramps(steps: Sequence[float], world: World, count: int, random: np.random.Generator) -> float:
    """Give how many ramps raise the alarm at some look of some step; each step is a phase of its own."""
    return sum(any(_step_is_uneven(step, world, random) for step in steps) for _ in range(count)) / count


def _step_is_uneven(share: float, world: World, random: np.random.Generator) -> bool:
    treated = np.cumsum(random.binomial(world.batch, share, world.looks))
    totals = world.batch * np.arange(1, world.looks + 1)
    return any(is_uneven([int(n - t), int(t)], (1 - share, share)) for n, t in zip(totals, treated, strict=True))


def is_uneven(counts: Sequence[int], shares: Sequence[float]) -> bool:
    return sequential.ratio_evidence(counts, shares) >= 1 / RATIO_ALPHA


def random_of(*names: object) -> np.random.Generator:
    """Give the random numbers of a case, always the same."""
    return np.random.default_rng([SEED, *(ord(letter) for letter in repr(names))])
