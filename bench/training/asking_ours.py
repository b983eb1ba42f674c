"""Where the kind `forecast` is trained once: `python -m bench.training.asking_ours PARAMETERS ROWS OUT`."""

import hashlib
import json
import sys
import time
from pathlib import Path

import polars as pl

from trainer.trainers.forecast import kind, scoring
from trainer.trainers.forecast.model import load
from trainer.trainers.kind import Workshop


class Silent:
    """A report that nobody reads."""

    def progress(self, fraction: float, step: str, message: str = "") -> None:
        """Say nothing."""

    def metric(self, name: str, value: float, step: int | None = None) -> None:
        """Say nothing."""


def main() -> None:
    settings, given, made = sys.argv[1:]
    parameters = kind.parameters.model_validate_json(settings)
    rows = pl.read_parquet(given)
    sha256 = hashlib.sha256(Path(given).read_bytes()).hexdigest()
    begun = time.perf_counter()
    snapshot = kind.split(rows, parameters, sha256)
    trained = kind.train(snapshot, parameters, Workshop(Silent()))
    seconds = time.perf_counter() - begun
    Path(made).write_text(json.dumps({"seconds": seconds, "metrics": trained.metrics, "card": trained.card}))
    answers = scoring.ask(load(trained.artifact), snapshot.holdout)
    told = snapshot.holdout.select("series", "date").with_columns(forecast=pl.Series(answers.forecast))
    told.write_parquet(Path(made).with_suffix(".parquet"))


if __name__ == "__main__":
    main()
