"""Where forecasts become an artifact, and an artifact answers for series and dates again."""

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trainer.trainers import archive
from trainer.trainers.archive import Contents, Floats
from trainer.trainers.forecast.frequency import Frequency
from trainer.trainers.forecast.methods.panel import Integers
from trainer.trainers.kind import UnreadableArtifact, UnusableInput

FORMAT = "ratchet.forecast/1"
LOOKED_THROUGH = 20_000


@dataclass(frozen=True)
class Foreseen:
    """Forecasts of all series: what is expected, and the bounds around it, each (series, steps).

    `origins`: (series,), the last step that was known when they were made.
    """

    values: Floats
    lower: Floats
    upper: Floats
    origins: Integers


@dataclass(frozen=True)
class Model:
    """Forecasts of the future, and those of the holdout that were made without it, for the sorted `names`.

    `held`: (series,), how many steps of `before` are in the holdout. `squared`, `absolute`: scales of the series.
    `methods`: (series,) the place in `described` of how a series was forecast.
    """

    names: list[str]
    frequency: Frequency
    horizon: int
    level: float
    after: Foreseen
    before: Foreseen
    held: Integers
    squared: NDArray[np.float64]
    absolute: NDArray[np.float64]
    methods: Integers
    described: list[str]

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each series is."""
        return {name: place for place, name in enumerate(self.names)}

    @property
    def as_of(self) -> str:
        """The newest date that is known of any series."""
        return self.frequency.written(self.after.origins.max(keepdims=True))[0]

    def predict(self, inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Answer inputs `{"series", "horizon"?}` with `{"series", "as_of", "method", "values"}`.

        Each of `values` is `{"date", "value", "lower", "upper"}`. Raises `UnusableInput` for a series that is not
        known, and for a horizon that is none or longer than what was trained.
        """
        return [self._answer(position, given) for position, given in enumerate(inputs)]

    def _answer(self, position: int, given: dict[str, Any]) -> dict[str, Any]:
        place = self._place(position, given.get("series"))
        steps = self._steps(position, given.get("horizon"))
        origin = int(self.after.origins[place])
        dates = self.frequency.written(np.arange(origin, origin + steps + 1))
        foreseen = (self.after.values, self.after.lower, self.after.upper)
        # By way of text, so that a float32 keeps its own digits instead of those of the nearest float64.
        numbers = zip(*(each[place, :steps].astype(str).astype(float).tolist() for each in foreseen), strict=True)
        return {
            "series": self.names[place],
            "as_of": dates[0],
            "method": self.described[int(self.methods[place])],
            "values": [
                {"date": date, "value": value, "lower": lower, "upper": upper}
                for date, (value, lower, upper) in zip(dates[1:], numbers, strict=True)
            ],
        }

    def _place(self, position: int, series: object) -> int:
        if isinstance(series, int) and not isinstance(series, bool):
            series = str(series)
        if not isinstance(series, str) or not series.strip():
            raise UnusableInput(f"inputs[{position}].series: the name of a series is needed")
        place = self.places.get(series.strip())
        if place is None:
            near = get_close_matches(series, self.names[:LOOKED_THROUGH], 3) or self.names[:3]
            raise UnusableInput(
                f"inputs[{position}].series: there is no forecast for '{series[:100]}' among {len(self.names)} series; "
                f"there is one for {', '.join(near)}"
            )
        return place

    def _steps(self, position: int, horizon: object) -> int:
        if horizon is None:
            return self.horizon
        if isinstance(horizon, bool) or not isinstance(horizon, int) or not 1 <= horizon <= self.horizon:
            raise UnusableInput(
                f"inputs[{position}].horizon: a whole number from 1 to {self.horizon} is needed; no more than that was "
                "trained"
            )
        return horizon

    def looked_up(self, places: Integers, ordinals: Integers) -> tuple[Floats, Floats, Floats]:
        """Forecast, lower and upper bound for series and steps, NaN where there is none."""
        rows = np.maximum(places, 0)
        found = [np.full(len(places), np.nan, np.float32) for _ in range(3)]
        limits = ((self.before, self.held[rows]), (self.after, np.full(len(rows), self.horizon)))
        for foreseen, most in limits:
            ahead = ordinals - foreseen.origins[rows]
            there = (places >= 0) & (ahead >= 1) & (ahead <= most)
            for kept, each in zip(found, (foreseen.values, foreseen.lower, foreseen.upper), strict=True):
                kept[there] = each[rows[there], ahead[there] - 1]
        return found[0], found[1], found[2]


def dump(model: Model) -> bytes:
    """The artifact of a model; equal models give equal bytes."""
    facts = {
        "names": model.names,
        "frequency": model.frequency.facts(),
        "horizon": model.horizon,
        "level": model.level,
        "described": model.described,
        "as_of": model.as_of,
    }
    arrays = {
        f"{when}_{name}": each
        for when, foreseen in (("after", model.after), ("before", model.before))
        for name, each in vars(foreseen).items()
    }
    numbers = {name: getattr(model, name) for name in ("held", "squared", "absolute", "methods")}
    return archive.pack(Contents(FORMAT, facts, {**arrays, **numbers}))


def load(artifact: bytes) -> Model:
    """The model of an artifact; raises `UnreadableArtifact`."""
    contents = archive.unpack(artifact, FORMAT)
    try:
        return _restored(contents)
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableArtifact(f"The artifact does not hold forecasts: {error}.") from error


def _restored(contents: Contents) -> Model:
    facts, arrays = contents.facts, contents.arrays
    after, before = (
        Foreseen(*(arrays[f"{when}_{name}"] for name in ("values", "lower", "upper", "origins")))
        for when in ("after", "before")
    )
    series, horizon = len(facts["names"]), facts["horizon"]
    for each in (after, before):
        if (
            each.values.shape != each.lower.shape
            or each.values.shape != each.upper.shape
            or len(each.origins) != series
        ):
            raise ValueError(f"the shapes of its forecasts differ, or are not those of {series} series")
    if after.values.shape != (series, horizon):
        raise ValueError(f"{series} series and {horizon} steps do not fit forecasts of shape {after.values.shape}")
    numbers = {name: arrays[name] for name in ("held", "squared", "absolute", "methods")}
    frequency = Frequency(**facts["frequency"])
    return Model(
        facts["names"], frequency, horizon, facts["level"], after, before, described=facts["described"], **numbers
    )


def table(artifact: bytes) -> pl.DataFrame:
    """All forecasts, one row a series and date: series, date, value, lower, upper. Raises `UnreadableArtifact`."""
    model = load(artifact)
    steps = np.arange(1, model.horizon + 1)
    ordinals = (model.after.origins[:, None] + steps).ravel()
    return pl.DataFrame(
        {
            "series": pl.Series(model.names, dtype=pl.String).gather(
                np.repeat(np.arange(len(model.names)), len(steps))
            ),
            "date": model.frequency.dates(ordinals),
            "value": model.after.values.ravel(),
            "lower": model.after.lower.ravel(),
            "upper": model.after.upper.ravel(),
        }
    )
