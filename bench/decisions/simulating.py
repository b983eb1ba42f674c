"""Where the simulations are run and their tables printed."""

import time
from dataclasses import replace

import numpy as np

from bench import report
from bench.decisions import plots, trials
from bench.decisions.trials import Ended
from bench.decisions.worlds import METRICS, World, proportion

SEED = 20261121
SPLITS = (0.5, 0.1)
EFFECTS = (0.01, 0.02, 0.03, 0.05)
RAMP = (0.01, 0.05, 0.1, 0.25, 0.5)
ACCEPTED = 0.8


def main(*, quick: bool = False) -> None:
    """Run everything; `quick` takes a twentieth of the experiments and proves nothing."""
    count, begun = (100, time.perf_counter()) if quick else (2_000, time.perf_counter())
    report.title(f"Decisions: {count:,} simulated experiments each, looked at after every 100 units")
    false = _false_verdicts(count)
    power = _power(count // 4)
    harm = _harm(count // 4)
    _ratio(count)
    report.say(f"{time.perf_counter() - begun:.0f} s; plots: {', '.join(plots.draw(false, power, harm))}")


def _false_verdicts(count: int) -> dict[str, tuple[float, float]]:
    """Nothing differs: how many experiments end with a verdict, peeking at a z-test, and by our intervals."""
    rows, shares = list[tuple[str, ...]](), dict[str, tuple[float, float]]()
    for name, draw in METRICS.items():
        for split in SPLITS:
            ended = trials.run(World(draw, split), count, _random(name, split))
            ours, peeking = trials.share_decided(ended), trials.share_peeked(ended)
            shares[f"{name}, {split:.0%}"] = (peeking, ours)
            rows.append((name, f"{split:.0%}", f"{peeking:.1%}", f"{ours:.1%}", _met(ours <= trials.ALPHA)))
    report.table(("nothing differs", "treated", "peeking at a z-test", "ours", "≤ 5 %"), rows)
    return shares


def _power(count: int) -> dict[float, list[int]]:
    """The treatment is better: how many experiments find it, and after how many units, beside a fixed horizon."""
    rows, stops = list[tuple[str, ...]](), dict[float, list[int]]()
    for effect in EFFECTS:
        world = World(proportion(ACCEPTED), shift=effect, batch=200, looks=100)
        ended = trials.run(world, count, _random("power", effect))
        found = stops[effect] = [each.units for each in ended if each.decided]
        horizon = trials.fixed_horizon(ACCEPTED, effect)
        median = f"{np.median(found):,.0f}" if found else ""
        fixed = f"{trials.share_fixed(ended, horizon):.0%}" if horizon <= world.batch * world.looks else "later"
        rows.append((f"{ACCEPTED:.2f} → {ACCEPTED + effect:.2f}", f"{len(found) / count:.0%}", median))
        rows[-1] += (f"{horizon:,}", fixed)
    columns = ("acceptance", "found within 20,000 units", "median units", "fixed horizon for 80 %", "found there")
    report.table(columns, rows)
    return stops


def _harm(count: int) -> dict[float, list[Ended]]:
    """The treatment is worse by 5 points: how soon it is rolled back, and how many units were hurt until then."""
    rows, all_ended = list[tuple[str, ...]](), dict[float, list[Ended]]()
    for share in RAMP:
        world = World(proportion(ACCEPTED), share, shift=-0.05, batch=200, looks=400)
        ended = all_ended[share] = trials.run(world, count, _random("harm", share))
        back = [each for each in ended if each.decided]
        exposed = [each.treated for each in back]
        shown = (f"{report.percentile(exposed, q):,.0f}" for q in (0.5, 0.95)) if exposed else ("", "")
        hurt = f"{np.mean(exposed) * 0.05:.0f}" if exposed else ""
        rows.append((f"{share:.0%}", f"{len(back) / count:.0%}", *shown, hurt))
    columns = ("treated", "rolled back within 80,000", "median exposures", "95 %", "answers worsened")
    report.table(columns, rows)
    return all_ended


def _ratio(count: int) -> None:
    """Units arrive as they should on every step of a ramp: how often it is said that they do not."""
    fair = World(proportion(ACCEPTED))
    alarms = {share: trials.share_uneven(replace(fair, share=share), count, _random("ratio", share)) for share in RAMP}
    lost = trials.share_uneven(fair, count // 4, _random("lost", 0.5), lost=0.1)
    rows = [(f"{share:.0%}", f"{alarm:.2%}", _met(alarm <= 0.01)) for share, alarm in alarms.items()]
    report.table(("step of the ramp", "false alarms", "≤ 1 %"), rows)
    report.say(f"one in ten treated units lost at 50 %: found in {lost:.0%} of experiments within 10,000 units")


def _random(*names: object) -> np.random.Generator:
    return np.random.default_rng([SEED, *(ord(letter) for letter in repr(names))])


def _met(is_met: bool) -> str:  # noqa: FBT001 (the answer to its question)
    return "yes" if is_met else "NO"
