"""Where a log of what people made of proposals is read and divided, and a gain is proven by replaying its holdout."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import stdtrit

from trainer.trainers import splitting
from trainer.trainers.kind import Snapshot, UnfitTrainingRows

Doubles = NDArray[np.float64]

STABLE = "stable hash of the row"
FEWEST_TO_PROVE = 30
ATTRIBUTES = ("id", "date", "split")
_WHOLE = r"^(-?\d+)\.0+$"
_TRUTHS = ("True", "TRUE", "False", "FALSE")


@dataclass(frozen=True)
class Gain:
    """By how much the mean loss of a replay falls: over `rows` rows by `mean`, which lies from `lower` to `upper`."""

    mean: float
    lower: float
    upper: float
    rows: int

    @property
    def proven(self) -> bool:
        """Whether there are 30 rows, and the whole interval is above zero."""
        return self.rows >= FEWEST_TO_PROVE and self.lower > 0

    def said(self, current: str) -> str:
        """The decision about `current`, such as "today's weights", as a sentence for people."""
        interval = f"(gain {self.lower:.4f} to {self.upper:.4f}) on {self.rows:,} replayed rows"
        if self.proven:
            return f"Changed: the new ones lower the loss by {self.mean:.4f} {interval}."
        if self.rows < FEWEST_TO_PROVE:
            return f"Kept {current}: {self.rows} replayed rows prove nothing yet; {FEWEST_TO_PROVE} are needed."
        if self.mean <= 0:
            return f"Kept {current}: new ones would raise the loss by {-self.mean:.4f} {interval}."
        return f"Kept {current}: that new ones lower the loss by {self.mean:.4f} may be chance {interval}."

    def facts(self, current: str) -> dict[str, object]:
        """The decision for a card."""
        numbers = {name: value if math.isfinite(value) else None for name, value in asdict(self).items()}
        return {"changed": self.proven, "sentence": self.said(current), **numbers}


def gain(before: Doubles, after: Doubles, confidence: float) -> Gain:
    """What losses `after` gain on those `before`, paired, with Student's two-sided interval (Biometrika 6, 1908)."""
    gains = before - after
    if len(gains) < 2:  # noqa: PLR2004 (one row has no spread)
        return Gain(float(gains.sum()), -np.inf, np.inf, len(gains))
    reach = stdtrit(len(gains) - 1, (1 + confidence) / 2) * gains.std(ddof=1) / np.sqrt(len(gains))
    mean = float(gains.mean())
    return Gain(mean, float(mean - reach), float(mean + reach), len(gains))


def read(rows: pl.DataFrame, proposal: str, outcomes: Sequence[str]) -> tuple[pl.DataFrame, dict[str, int]]:
    """The rows with a proposal and one of the outcomes, both trimmed, and how many were left out for which reason.

    Rows with the id of an earlier one are left out too. Raises `UnfitTrainingRows` if a column is missing.
    """
    for column in (proposal, "outcome"):
        if column not in rows.columns:
            raise UnfitTrainingRows(
                f"The data has no column '{column}'; there are: {', '.join(rows.columns) or 'none'}."
            )
    named = rows.with_columns(names(rows[proposal]), names(rows["outcome"]).str.to_lowercase())
    filled = named.filter(pl.col(proposal).is_not_null() & pl.col("outcome").is_not_null())
    known = filled.filter(pl.col("outcome").is_in(list(outcomes)))
    once = _once(known)
    removed = {
        "blank": rows.height - filled.height,
        "unknown outcome": filled.height - known.height,
        "repeated id": known.height - once.height,
    }
    return once, removed


def require(rows: pl.DataFrame, removed: Mapping[str, int], fewest: int, what: str) -> None:
    """Raise `UnfitTrainingRows` if there are fewer rows than needed."""
    if rows.height < fewest:
        left_out = ", ".join(f"{count} for {reason}" for reason, count in removed.items() if count)
        raise UnfitTrainingRows(
            f"The log has {_rows(rows.height)} with {what}, and at least {fewest} are needed"
            + (f"; left out: {left_out}." if left_out else ".")
        )


def split(rows: pl.DataFrame, sha256: str, removed: Mapping[str, int]) -> Snapshot:
    """Divide a log by its column `split`, by `date`, or by a hash of the row, as `splitting.sides` does.

    Rows of a log are things that happened: equal ones are no duplicates, and are hashed with their number among them.
    Raises `UnfitTrainingRows` if a side is empty.
    """
    rule, held = splitting.sides(rows, _keys(rows), stable=STABLE)
    train, holdout = rows.filter(~held), rows.filter(held)
    if holdout.is_empty() or train.is_empty():
        lacking = "to replay" if holdout.is_empty() else "to learn from"
        raise UnfitTrainingRows(f"None of the {_rows(rows.height)} of the log is left {lacking} ({rule}); add more.")
    return Snapshot(train, holdout, sha256, rule, {**removed, "duplicates": 0})


def rehearsal(snapshot: Snapshot) -> Snapshot | None:
    """The training rows divided once more, to choose by; None if too few would be replayed."""
    rows = snapshot.train.drop("split", strict=False)
    rule, held = splitting.sides(rows, (f"again {key}" for key in _keys(rows)), stable=STABLE)
    if held.sum() < FEWEST_TO_PROVE or not (~held).any():
        return None
    return replace(snapshot, train=rows.filter(~held), holdout=rows.filter(held), rule=rule)


def names(values: pl.Series) -> pl.Series:
    """Values as names: trimmed text, whole numbers without a point, truth values in lower case, blanks null."""
    if values.dtype.is_nested() or values.dtype == pl.Object:
        return pl.Series(values.name, [None] * values.len(), dtype=pl.String)
    text = values.cast(pl.String).str.strip_chars().str.replace(_WHOLE, "$1")
    return text.replace({each: each.lower() for each in _TRUTHS}).set(text == "", None)


def name(value: object) -> str | None:
    """One value as a name, as `names` writes them."""
    if value is None or isinstance(value, dict | list):
        return None
    text = str(value).strip()
    return text.lower() if text in _TRUTHS else re.sub(_WHOLE, r"\1", text) or None


def without(columns: Collection[str], known: Collection[str]) -> list[str]:
    """The columns of a log, sorted, that are neither known nor attributes of every log."""
    return sorted(each for each in columns if each not in known and each not in ATTRIBUTES and each[:1] != "_")


def digits(value: float | None) -> float | None:
    """A number for a card, with six digits."""
    return None if value is None else float(f"{value:.6g}")


def listed(names: Sequence[str], shown: int = 20) -> str:
    """Names for a sentence."""
    quoted = ", ".join(f"'{name}'" for name in names[:shown])
    return quoted if len(names) <= shown else f"{quoted} and {len(names) - shown:,} more"


def rounded(values: Doubles) -> Doubles:
    """Numbers with ten digits: what is beyond them may differ between processors."""
    return np.array([float(f"{value:.10g}") for value in values.ravel().tolist()]).reshape(values.shape)


def _once(rows: pl.DataFrame) -> pl.DataFrame:
    if "id" not in rows.columns:
        return rows
    identified = rows.with_columns(names(rows["id"]))
    return identified.filter(pl.col("id").is_null() | pl.col("id").is_first_distinct())


def _keys(rows: pl.DataFrame) -> list[str]:
    cells = [_cell(rows[column]) for column in sorted(rows.columns) if column != "split" and column[:1] != "_"]
    keys = pl.DataFrame(cells).select(pl.concat_str(pl.all(), separator="\x1f", ignore_nulls=True).alias("key"))
    return keys.select(pl.col("key") + "\x1f" + pl.int_range(pl.len()).over("key").cast(pl.String))["key"].to_list()


def _cell(values: pl.Series) -> pl.Series:
    written = names(values.cast(pl.Float64) if values.dtype.is_numeric() else values)
    return (f"{values.name}=" + written).alias(values.name)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
