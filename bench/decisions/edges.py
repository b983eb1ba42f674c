"""Where the hardest cases are: several treatments at once, and versions that are worse by just the margin."""

from concurrent.futures import Executor
from itertools import product, repeat

from bench import report
from bench.decisions import trials
from bench.decisions.worlds import KINDS, Kind, World, latency, proportion, steady
from contracts.api.version import Verdict
from registry.decisions.trials.plans import PERCENTILE, Metric, Plan

DECIDED = (Verdict.SHIP, Verdict.ROLLBACK)
SPLITS = (0.5, 0.1)
AT_THE_MARGIN: dict[str, tuple[Kind, float]] = {
    "proportion, 80 %, margin 2 points": (Kind(proportion(0.8), Metric("accepted", margin=0.02)), -0.02),
    "heavy-tailed latency, mean, margin 20 %": (Kind(latency, Metric("latency_ms", "lower", 0.2, relative=True)), 0.2),
    "heavy-tailed latency, p95, margin 20 %": (Kind(latency, Metric(PERCENTILE, "lower", 0.2, relative=True)), 0.2),
    "steady latency, p95, margin 5 %": (Kind(steady, Metric(PERCENTILE, "lower", 0.05, relative=True)), 0.05),
}


def several(pool: Executor, count: int) -> None:
    """Two treatments that are no different from the control: how many experiments end with a verdict."""
    found = pool.map(_decided, KINDS, repeat(count))
    rows = [(name, f"{share:.1%}", met(share, 0.05)) for name, share in zip(KINDS, found, strict=True)]
    report.table(("three arms, nothing differs", "decided", "≤ 5 %"), rows)


def _decided(name: str, count: int) -> float:
    kind = KINDS[name]
    world = World(kind, share=1 / 3, treatments=2, batch=_batch(kind), looks=_looks(kind))
    plan = Plan(goal=kind.metric, alpha=0.025, guarding_alpha=0.025, tuned_for=world.units)
    return trials.share_judged(plan, DECIDED, world, count, trials.random_of(name, "three arms"))


def margins(pool: Executor, count: int) -> None:
    """The treatment is worse by just the margin: how many ship as not worse, how many are rolled back as worse."""
    cases = list(product(AT_THE_MARGIN, SPLITS))
    found = pool.map(_wrong, *zip(*cases, strict=True), repeat(count))
    rows = [
        (name, f"{split:.0%}", f"{ship:.1%}", f"{back:.1%}", met(max(ship, back), 0.05))
        for (name, split), (ship, back) in zip(cases, found, strict=True)
    ]
    report.table(("worse by just the margin", "treated", "shipped", "rolled back", "≤ 5 % each"), rows)


def _wrong(name: str, split: float, count: int) -> tuple[float, float]:
    kind, shift = AT_THE_MARGIN[name]
    world = World(kind, split, shift, batch=_batch(kind), looks=_looks(kind))
    goal = Plan(goal=kind.metric, tuned_for=world.units)
    guard = Plan(guardrails=(kind.metric,), tuned_for=world.units)
    ship = trials.share_judged(goal, (Verdict.SHIP,), world, count, trials.random_of(name, split, "ship"))
    return ship, trials.share_judged(guard, (Verdict.ROLLBACK,), world, count, trials.random_of(name, split, "back"))


def _looks(kind: Kind) -> int:
    """Percentiles take longer to look at: half as many looks at twice as many units."""
    return 50 if kind.metric.name == PERCENTILE else 100


def _batch(kind: Kind) -> int:
    return 10_000 // _looks(kind)


def met(found: float, allowed: float) -> str:
    return "yes" if found <= allowed else "NO"
