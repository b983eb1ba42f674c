"""Where the simulations are run and their tables printed."""

import time
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import replace
from itertools import product, repeat

import numpy as np

from bench import report
from bench.decisions import edges, plots, trials
from bench.decisions.edges import met
from bench.decisions.trials import Ended
from bench.decisions.worlds import KINDS, Kind, World, proportion
from registry.decisions.trials.plans import PERCENTILE, Metric

SPLITS = (0.5, 0.1, 0.01)
EFFECTS = (0.01, 0.02, 0.03, 0.05)
RAMP = (0.01, 0.05, 0.1, 0.25, 0.5)
RATE, FOUND_WITHIN = 0.8, 20_000
ACCEPTED = Kind(proportion(RATE), Metric("accepted"))


def main(*, quick: bool = False) -> None:
    """Run everything; `quick` takes a twentieth of the experiments and proves nothing."""
    count, begun = (100, time.perf_counter()) if quick else (2_000, time.perf_counter())
    report.title(f"Decisions: {count:,} simulated experiments each, looked at after every batch")
    with ProcessPoolExecutor() as pool:
        false = _false_verdicts(pool, count)
        edges.several(pool, count)
        edges.margins(pool, count)
        power = _power(pool, count // 4)
        harm = _harm(pool, count // 4)
    _ratio(count)
    report.say(f"{time.perf_counter() - begun:.0f} s; plots: {', '.join(plots.draw(false, power, harm))}")


def _false_verdicts(pool: Executor, count: int) -> dict[str, tuple[float, float]]:
    """Nothing differs: how many experiments end with a verdict, peeking at a z-test, and by our intervals."""
    cases = list(product(KINDS, SPLITS))
    found = dict(zip(cases, pool.map(_false, *zip(*cases, strict=True), repeat(count)), strict=True))
    rows = [
        (name, f"{1 - split:.0%}:{split:.0%}", _naive(name, peeking), f"{ours:.1%}", met(ours, trials.ALPHA))
        for (name, split), (peeking, ours) in found.items()
    ]
    report.table(("nothing differs", "split", "peeking at a z-test", "ours", "≤ 5 %"), rows)
    return {f"{name}, {split:.0%}": shares for (name, split), shares in found.items()}


def _naive(name: str, peeking: float) -> str:
    return "" if KINDS[name].metric.name == PERCENTILE else f"{peeking:.1%}"


def _false(name: str, split: float, count: int) -> tuple[float, float]:
    ended = trials.run(_alike(KINDS[name], split), count, trials.random_of(name, split))
    return trials.share_peeked(ended), trials.share_decided(ended)


def _alike(kind: Kind, split: float) -> World:
    """Give a world without a difference; the smallest share gets ten times as many units."""
    looks = 50 if kind.metric.name == PERCENTILE else 100
    return World(kind, split, batch=(10_000 if split >= SPLITS[1] else 100_000) // looks, looks=looks)


def _power(pool: Executor, count: int) -> dict[float, list[int]]:
    """The treatment is better: how many experiments find it, and after how many units, beside a fixed horizon."""
    rows, stops = list[tuple[str, ...]](), dict[float, list[int]]()
    for effect, ended in zip(EFFECTS, pool.map(_better, EFFECTS, repeat(count)), strict=True):
        found = stops[effect] = [each.units for each in ended if each.decided]
        horizon = trials.fixed_horizon(RATE, effect)
        median = f"{np.median(found):,.0f}" if found else ""
        fixed = f"{trials.share_fixed(ended, horizon):.0%}" if horizon <= FOUND_WITHIN else "later"
        rows.append((f"{RATE:.2f} → {RATE + effect:.2f}", f"{len(found) / count:.0%}", median))
        rows[-1] += (f"{horizon:,}", fixed)
    columns = ("acceptance", "found within 20,000 units", "median units", "fixed horizon for 80 %", "found there")
    report.table(columns, rows)
    return stops


def _better(effect: float, count: int) -> list[Ended]:
    world = World(ACCEPTED, shift=effect, batch=200, looks=FOUND_WITHIN // 200)
    return trials.run(world, count, trials.random_of("power", effect))


def _harm(pool: Executor, count: int) -> dict[float, list[Ended]]:
    """The treatment is worse by 5 points: how soon it is rolled back, and how many units were hurt until then."""
    rows, all_ended = list[tuple[str, ...]](), dict[float, list[Ended]]()
    for share, ended in zip(RAMP, pool.map(_worse, RAMP, repeat(count)), strict=True):
        all_ended[share] = ended
        back = [each for each in ended if each.decided]
        exposed = [each.treated for each in back]
        shown = (f"{report.percentile(exposed, q):,.0f}" for q in (0.5, 0.95)) if exposed else ("", "")
        hurt = f"{np.mean(exposed) * 0.05:.0f}" if exposed else ""
        rows.append((f"{share:.0%}", f"{len(back) / count:.0%}", *shown, hurt))
    columns = ("treated", "rolled back within 80,000", "median exposures", "95 %", "answers worsened")
    report.table(columns, rows)
    return all_ended


def _worse(share: float, count: int) -> list[Ended]:
    world = World(ACCEPTED, share, shift=-0.05, batch=200, looks=400)
    return trials.run(world, count, trials.random_of("harm", share))


def _ratio(count: int) -> None:
    """Units arrive as they should on every step of a ramp: how often it is said that they do not."""
    fair = World(ACCEPTED)
    alarms = {
        share: trials.share_uneven(replace(fair, share=share), count, trials.random_of("ratio", share))
        for share in RAMP
    }
    ramps = trials.share_uneven_ramps(RAMP, replace(fair, looks=20), count, trials.random_of("ramps"))
    lost = trials.share_uneven(fair, count // 4, trials.random_of("lost", 0.5), lost=0.1)
    rows = [(f"{share:.0%}", f"{alarm:.2%}", met(alarm, 0.01)) for share, alarm in alarms.items()]
    rows.append((" → ".join(f"{share:.0%}" for share in RAMP), f"{ramps:.2%}", met(ramps, 0.01)))
    report.table(("step of the ramp", "false alarms", "≤ 1 %"), rows)
    report.say(f"one in ten treated units lost at 50 %: found in {lost:.0%} of experiments within 10,000 units")
