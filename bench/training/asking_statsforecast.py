"""Where statsforecast forecasts, in its own environment.

`python asking_statsforecast.py MODEL SEASON HORIZON JOBS IN OUT`; this file knows nothing of Ratchet.
"""

import sys
import time

import numpy as np
import pandas as pd
from statsforecast import StatsForecast, models


def main() -> None:
    name, season, horizon, jobs, given, made = sys.argv[1:]
    with np.load(given) as arrays:
        values, lengths = arrays["values"], arrays["lengths"]
    steps = np.concatenate([np.arange(-length, 0) for length in lengths])
    table = pd.DataFrame({"unique_id": np.repeat(np.arange(len(lengths)), lengths), "ds": steps, "y": values})
    kind = getattr(models, name)
    seasonal = "season_length" in kind.__init__.__code__.co_varnames
    model = kind(season_length=int(season)) if seasonal else kind()
    begun = time.perf_counter()
    frame = StatsForecast([model], freq=1, n_jobs=int(jobs), fallback_model=models.Naive()).forecast(
        int(horizon), table
    )
    seconds = time.perf_counter() - begun
    ordered = frame.sort_values(["unique_id", "ds"])[repr(model)].to_numpy()
    np.savez(made, forecasts=ordered.reshape(len(lengths), -1), seconds=seconds)


if __name__ == "__main__":
    main()
