"""Where tests of the risk get deliveries that were late or on time."""

from datetime import date, timedelta
from random import Random
from typing import Any

import polars as pl

from tests.trainer.trainers.rows import Remembered
from trainer.trainers.kind import Spread, Trained, Workshop, one_by_one
from trainer.trainers.risk import kind

CARRIERS = ("Northbound", "Coastline", "Überland", "Swift")


def deliveries(rows: int, *, seed: int = 1, days: int = 0, customers: int = 0) -> pl.DataFrame:
    """Made-up deliveries: far ones and those of one carrier are late more often, the weight is sometimes missing."""
    random = Random(seed)
    made = [_delivery(random) for _ in range(rows)]
    columns: dict[str, Any] = {name: [each[name] for each in made] for name in made[0]} if made else {"label": []}
    if days:
        columns["date"] = [date(2026, 1, 1) + timedelta(days=place * days // rows) for place in range(rows)]
    if customers:
        columns["entity"] = [f"customer {random.randrange(customers)}" for _ in range(rows)]
    return pl.DataFrame(columns)


def fitted(rows: pl.DataFrame, spread: Spread = one_by_one, **chosen: Any) -> Trained:
    parameters = kind.parameters(**chosen)
    return kind.train(kind.split(rows, parameters, "hash"), parameters, Workshop(Remembered(), spread=spread))


def _delivery(random: Random) -> dict[str, Any]:
    carrier, distance = random.choice(CARRIERS), round(random.uniform(5, 1_500), 1)
    chance = 0.05 + 0.5 * (carrier == "Northbound") + 0.35 * (distance > 900)
    return {
        "carrier": carrier,
        "distance_km": distance,
        "weight_kg": round(random.uniform(0.1, 40), 2) if random.random() < 0.8 else None,
        "express": random.random() < 0.3,
        "label": "late" if random.random() < chance else "on time",
    }
