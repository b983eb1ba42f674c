"""Where tests of the trainers get rows to learn from and a report that remembers."""

from dataclasses import dataclass, field
from random import Random

import polars as pl

WORDS = {
    "billing": ("invoice", "charged", "payment", "card", "price", "receipt"),
    "login": ("password", "locked", "code", "sign", "reset", "account"),
    "shipping": ("parcel", "courier", "arrived", "tracking", "box", "delivery"),
}
SHARED = ("please", "today", "again", "help", "the", "my", "order", "problem", "email", "week")


@dataclass
class Remembered:
    steps: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    metrics: dict[str, float] = field(default_factory=dict[str, float])

    def progress(self, fraction: float, step: str, message: str = "") -> None:
        assert isinstance(message, str)
        self.steps.append((fraction, step))

    def metric(self, name: str, value: float, step: int | None = None) -> None:
        assert step is None or step >= 0
        self.metrics[name] = value


def tickets(rows: int, *, seed: int = 1, wrong: float = 0.0) -> pl.DataFrame:
    """Made-up tickets, a share of which has a wrong label."""
    random = Random(seed)
    labels = random.choices(list(WORDS), (5, 3, 2), k=rows)
    texts = [" ".join([*random.choices(WORDS[label], k=2), *random.choices(SHARED, k=6)]) for label in labels]
    given = [random.choice(list(WORDS)) if random.random() < wrong else label for label in labels]
    return pl.DataFrame({"text": texts, "label": given})
