"""Where rows are divided into those to learn from and those to measure on.

The first rule that applies divides them; no normalised text is ever on both sides, nor nearly (see `duplicates`).

1. A column `split` with `train` and `holdout` fixes the sides, unless it is blank throughout.
2. A column `date` (dates, times, whole numbers, or text that `moments` reads): the newest 20 % are the holdout. Rows
   of one date stay together; rows without a date are trained on.
3. Otherwise those whose normalised text has a low hash: a fifth of few rows, a tenth of many. The share only falls as
   rows come in, so a holdout lies within every earlier one, and a champion, trained on fewer rows, has not been trained
   on the holdout of its challenger.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from hashlib import sha256

import polars as pl

from trainer.trainers import duplicates, moments
from trainer.trainers.duplicates import normalised
from trainer.trainers.kind import Snapshot, UnfitTrainingRows

HOLDOUT_SHARE = 0.2
LEAST_SHARE = 0.1
ENOUGH_HELD = 1_000
FIXED = "column 'split'"
NEWEST = "newest 20 % by column 'date'"
STABLE = "stable hash of the text"
NORMALISED = "_normalised"


def split(rows: pl.DataFrame, rows_sha256: str, *, text: str = "text", label: str = "") -> Snapshot:
    """Divide rows by the first rule that applies, and remove training rows that repeat the holdout.

    Those with the same text are counted as `duplicates`, those with nearly the same as `near_duplicates`. Near ones
    stay where there are no other training rows, or, if a column `label` is named, none of their label; that is said in
    the rule.
    Raises `UnfitTrainingRows` if a side is named or a date written in a way that cannot be understood.
    """
    rule, held = sides(rows, normalised(rows[text]).fill_null(""))
    marked = rows.with_columns(normalised(rows[text]).alias(NORMALISED))
    holdout, candidates = marked.filter(held), marked.filter(~held)
    different = candidates.filter(~pl.col(NORMALISED).is_in(holdout[NORMALISED].unique().implode()))
    near, spared = _near(different, holdout, label)
    removed = {"duplicates": candidates.height - different.height, "near_duplicates": int(near.sum())}
    train = different.filter(~near)
    return Snapshot(train.drop(NORMALISED), holdout.drop(NORMALISED), rows_sha256, rule + spared, removed)


def _near(rows: pl.DataFrame, holdout: pl.DataFrame, label: str) -> tuple[pl.Series, str]:
    """Which rows nearly repeat the holdout and can be spared, and what to tell of those that cannot."""
    near = duplicates.near(rows[NORMALISED], holdout[NORMALISED])
    if near.all() and rows.height:
        return ~near, "; all training rows nearly repeat it and stay, because there are no others"
    if label not in rows.columns:
        return near, ""
    others = rows.filter(~near)[label].drop_nulls().unique()
    needed = near & rows[label].is_not_null() & ~rows[label].is_in(others.implode()).fill_null(value=False)
    count = int(needed.sum())
    told = f"; {count} training rows stay that nearly repeat it, because their labels have no others" if count else ""
    return near & ~needed, told


def sides(rows: pl.DataFrame, keys: Iterable[str], *, stable: str = STABLE) -> tuple[str, pl.Series]:
    """The rule by which rows are divided, as in `split`, and for each whether it is held out; `keys` are hashed.

    Raises `UnfitTrainingRows`.
    """
    if "split" in rows.columns and rows["split"].null_count() < rows.height:
        return FIXED, fixed(rows["split"])
    if "date" in rows.columns:
        held = newest(rows["date"])
        if held.any() and not held.all():
            return NEWEST, held
    below = stable_share(rows.height) * 2**64
    return stable, pl.Series([place(key) < below for key in keys], dtype=pl.Boolean)


def fixed(sides: pl.Series) -> pl.Series:
    """Whether each row is held by a column `split`; rows that do not say are trained on.

    Raises `UnfitTrainingRows` for other words than the two sides.
    """
    names = sides.cast(pl.String).str.strip_chars().str.to_lowercase().fill_null("")
    strange = names.filter(~names.is_in(["train", "holdout", ""]))
    if strange.len():
        raise UnfitTrainingRows(
            f"The column 'split' may only hold 'train' and 'holdout', but one row has '{strange[0]}'."
        )
    return names == "holdout"


def newest(dates: pl.Series) -> pl.Series:
    """Whether each row is among the newest fifth; raises `UnfitTrainingRows` for what is no date."""
    if dates.dtype == pl.String:
        steps = dates.str.strip_chars().cast(pl.Int64, strict=False)
        if steps.null_count() == dates.null_count():
            return newest(steps)
        dates = pl.Series(_parsed(dates), dtype=pl.Datetime("us", "UTC"))
    known = dates.drop_nulls().sort()
    if known.is_empty():
        return pl.Series([False] * dates.len(), dtype=pl.Boolean)
    first_held = known[int(known.len() * (1 - HOLDOUT_SHARE))]
    return (dates >= first_held).fill_null(value=False)


def _parsed(dates: Iterable[str | None]) -> list[datetime | None]:
    return [_moment(written.strip()) if written and written.strip() else None for written in dates]


def _moment(written: str) -> datetime:
    try:
        moment = moments.read(written)
    except ValueError as error:
        raise UnfitTrainingRows(
            f"The column 'date' holds '{written}', which is not a date such as {date(2026, 1, 31)}."
        ) from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def stable_share(rows: int) -> float:
    """Hold a fifth until that is ENOUGH_HELD rows, then no more rows until that is a tenth."""
    return min(HOLDOUT_SHARE, max(LEAST_SHARE, ENOUGH_HELD / max(1, rows)))


def place(text: str) -> int:
    """A number below 2**64 that only the text decides, on every machine."""
    return int.from_bytes(sha256(text.encode()).digest()[:8])
