"""Where tests get logs of proposals and what people made of them."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from trainer.trainers.replaying import Doubles

DAYS = 300
WEIGHTS = (2.0, 1.0, 0.0, 0.0)


def of_rules(
    rows: int, *, seed: int = 1, weights: tuple[float, ...] = WEIGHTS, own: bool = False, dated: bool = True
) -> pl.DataFrame:
    """A log of five rules with four signals, weighed alike by all rules or, with `own`, differently by each."""
    random = np.random.default_rng(seed)
    signals, rules = random.random((rows, len(weights))), random.integers(0, 5, rows)
    of_rules = np.stack([np.roll(weights, rule if own else 0) for rule in range(5)])
    likely = ((signals - 0.5) * of_rules[rules] * 3).sum(axis=1) + np.linspace(-1, 1, 5)[rules]
    accepted = random.random(rows) < 1 / (1 + np.exp(-likely))
    columns: dict[str, object] = {
        "rule": [f"rule {rule}" for rule in rules],
        "outcome": np.where(accepted, "accepted", "rejected"),
        **{f"s{number}": signals[:, number] for number in range(len(weights))},
    }
    return pl.DataFrame(columns | _dates(rows, dated=dated))


def of_templates(rows: int, *, seed: int = 1, effect: float = 2.0, dated: bool = True) -> pl.DataFrame:
    """A log of six templates at two steps; by region they are liked differently, `noise` and `ticket` tell nothing."""
    random = np.random.default_rng(seed)
    templates, steps, regions = (random.integers(0, many, rows) for many in (6, 2, 4))
    chances = liking(templates, steps, regions, effect)
    outcome = np.where(
        random.random(rows) < chances, np.where(random.random(rows) < 0.2, "edited", "accepted"), "skipped"
    )
    columns: dict[str, object] = {
        "template": [f"template {template}" for template in templates],
        "outcome": outcome,
        "step": [f"step {step}" for step in steps],
        "region": regions,
        "noise": random.integers(0, 10, rows),
        "ticket": np.arange(rows),
    }
    return pl.DataFrame(columns | _dates(rows, dated=dated))


def liking(templates: Doubles, steps: Doubles, regions: Doubles, effect: float) -> Doubles:
    """The chance that people use a template."""
    likely = effect * (np.sin(templates * 1.7) + np.cos(templates * 3.1 + regions * 2) + 0.3 * steps) - 0.3
    return 1 / (1 + np.exp(-likely))


def _dates(rows: int, *, dated: bool) -> dict[str, object]:
    return {"date": [date(2026, 1, 1) + timedelta(days=row * DAYS // rows) for row in range(rows)]} if dated else {}
