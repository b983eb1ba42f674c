"""Where rows are divided into those to learn from and those to measure on."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from hashlib import sha256

import polars as pl

from trainer.trainers.kind import Snapshot, UnfitTrainingRows

HOLDOUT_SHARE = 0.2
LEAST_SHARE = 0.1
ENOUGH_HELD = 1_000
FIXED = "column 'split'"
NEWEST = "newest 20 % by column 'date'"
STABLE = "stable hash of the text"
NORMALISED = "_normalised"


def split(rows: pl.DataFrame, rows_sha256: str, *, text: str = "text") -> Snapshot:
    """Divide rows by the first rule that applies; no normalised text is ever on both sides.

    1. A column `split` with `train` and `holdout` fixes the sides.
    2. A column `date` (dates, times, whole numbers or ISO 8601 text): the newest 20 % are the holdout. Rows of one
       date stay together; rows without a date are trained on.
    3. Otherwise those whose normalised text has a low hash: a fifth of few rows, a tenth of many. The share only falls
       as rows come in, so a holdout lies within every earlier one, and a champion, trained on fewer rows, has not been
       trained on the holdout of its challenger.

    By rules 1 and 2 training rows whose text is also in the holdout are removed and counted.
    Raises `UnfitTrainingRows` if a side is named or a date written in a way that cannot be understood.
    """
    rule, held = _sides(rows, text)
    marked = rows.with_columns(normalised(rows[text]).alias(NORMALISED))
    holdout = marked.filter(held)
    candidates = marked.filter(~held)
    train = candidates.filter(~pl.col(NORMALISED).is_in(holdout[NORMALISED].unique().implode()))
    removed = {"duplicates": candidates.height - train.height}
    return Snapshot(train.drop(NORMALISED), holdout.drop(NORMALISED), rows_sha256, rule, removed)


def normalised(texts: pl.Series) -> pl.Series:
    """Texts as they are compared: Unicode NFKC, lower case, every run of other than letters and digits one space."""
    folded = texts.cast(pl.String).str.normalize("NFKC").str.to_lowercase()
    return folded.str.replace_all(r"[^\p{L}\p{M}\p{N}]+", " ").str.strip_chars()


def _sides(rows: pl.DataFrame, text: str) -> tuple[str, pl.Series]:
    if "split" in rows.columns:
        return FIXED, _fixed(rows["split"])
    if "date" in rows.columns:
        held = _newest(rows["date"])
        if held.any() and not held.all():
            return NEWEST, held
    below = _stable_share(rows.height) * 2**64
    return STABLE, pl.Series([_place(text) < below for text in normalised(rows[text])], dtype=pl.Boolean)


def _fixed(sides: pl.Series) -> pl.Series:
    names = sides.cast(pl.String).str.strip_chars().str.to_lowercase().fill_null("")
    strange = names.filter(~names.is_in(["train", "holdout"]))
    if strange.len():
        raise UnfitTrainingRows(
            f"The column 'split' may only hold 'train' and 'holdout', but one row has '{strange[0]}'."
        )
    return names == "holdout"


def _newest(dates: pl.Series) -> pl.Series:
    if dates.dtype == pl.String:
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
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise UnfitTrainingRows(
            f"The column 'date' holds '{written}', which is not a date such as {date(2026, 1, 31)}."
        ) from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _stable_share(rows: int) -> float:
    """Hold a fifth until that is ENOUGH_HELD rows, then no more rows until that is a tenth."""
    return min(HOLDOUT_SHARE, max(LEAST_SHARE, ENOUGH_HELD / max(1, rows)))


def _place(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:8])
