"""Where the kind `forecast` is trained in a process of its own, and its forecasts of the holdout are taken out."""

import json
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bench.training import children
from bench.training.series import Collection, Reals


@dataclass(frozen=True)
class Made:
    """Forecasts (series, horizon) and what they cost; `card` is what the training says of itself.

    `seconds`: on the wall, of forecasting alone. `cpu` seconds and `peak` memory in MB are the whole process's, with
    importing and reading; processes that it started are counted in `cpu` alone.
    """

    forecasts: Reals
    seconds: float
    cpu: float
    peak: float
    card: dict[str, Any] = field(default_factory=dict[str, Any])


def forecasts(collection: Collection, **parameters: object) -> Made:
    """Train the kind with the test as its holdout; raises `children.Failed`.

    The frequency is only told where the series have no dates.
    """
    told = {} if collection.dated else {"frequency": collection.frequency}
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "rows.parquet"), Path(folder, "made.json")
        collection.rows.write_parquet(given)
        settings = json.dumps({"horizon": collection.horizon, **told, **parameters})
        command = [sys.executable, "-m", "bench.training.asking_ours", settings, str(given), str(made)]
        cost = children.run(command, Path(folder, "log"))
        answer = json.loads(made.read_text())
        rows = pl.read_parquet(made.with_suffix(".parquet")).sort("series", "date")
    shaped = rows["forecast"].to_numpy().astype(np.float64).reshape(collection.actual.shape)
    return Made(shaped, float(answer["seconds"]), cost.cpu, cost.peak, answer["card"])
