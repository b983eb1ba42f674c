"""Where rows are checked and cleaned before anything is learnt from them."""

from dataclasses import replace

import polars as pl

from trainer.trainers import splitting
from trainer.trainers.classification.parameters import ClassificationParameters
from trainer.trainers.kind import Snapshot, UnfitTrainingRows
from trainer.trainers.tables import Column, Table

TABLE = Table(
    name="texts",
    meaning="One text with the label that it ought to get.",
    columns=(
        Column("text", "text", "What is to be labelled."),
        Column("label", "text", "The label that it ought to get."),
        Column("date", "moment", "When it was written; the newest fifth is measured on.", required=False),
        Column("split", "text", "Fixes what is measured on.", required=False, choices=("train", "holdout")),
    ),
    template="text,label\nI was charged twice for May,billing\nThe app closes when I open it,bug\n",
)
FEWEST_ROWS = 10
FEWEST_LABELS = 2


def split(rows: pl.DataFrame, _: ClassificationParameters, sha256: str) -> Snapshot:
    """Leave out rows without text or label, trim labels, and divide the others by `splitting.split`.

    Raises `UnfitTrainingRows` if a column is missing, nothing is left, or the rows are too few or too alike to train.
    """
    _require_columns(rows)
    kept = _filled(rows)
    _require_enough(kept, rows.height)
    snapshot = splitting.split(kept, sha256)
    require_trainable(snapshot)
    blank = rows.height - kept.height
    return replace(snapshot, removed={**snapshot.removed, "blank": blank})


def require_trainable(snapshot: Snapshot) -> None:
    """Raise `UnfitTrainingRows` unless there is something to learn from and something to measure on."""
    if snapshot.holdout.is_empty():
        message = (
            f"None of the {snapshot.train.height} rows fell into the holdout ({snapshot.rule}), so nothing could be "
            "measured; add more rows, or a column 'split' that marks some of them 'holdout'."
        )
        raise UnfitTrainingRows(message)
    if snapshot.train.is_empty():
        raise UnfitTrainingRows(
            f"All {snapshot.holdout.height} rows are in the holdout ({snapshot.rule}); there is none to train on."
        )
    _require_two_labels(snapshot.train, "The part of the data to train on")


def _require_columns(rows: pl.DataFrame) -> None:
    missing = [column for column in TABLE.required if column not in rows.columns]
    if missing:
        raise UnfitTrainingRows(
            f"The data has no column '{missing[0]}'; a classifier needs the columns 'text' and 'label'."
        )


def _filled(rows: pl.DataFrame) -> pl.DataFrame:
    trimmed = rows.with_columns(pl.col("text").cast(pl.String), pl.col("label").cast(pl.String).str.strip_chars())
    has_text = pl.col("text").str.strip_chars().str.len_chars() > 0
    return trimmed.filter(has_text & (pl.col("label").str.len_chars() > 0))


def _require_enough(kept: pl.DataFrame, found: int) -> None:
    if kept.is_empty():
        counted = f"none of the {found} rows has both a text and a label" if found else "there are no rows"
        raise UnfitTrainingRows(f"The data is empty: {counted}.")
    if kept.height < FEWEST_ROWS:
        counted = "1 row" if kept.height == 1 else f"{kept.height} rows"
        raise UnfitTrainingRows(
            f"The data has {counted} with text and label; a classifier needs at least {FEWEST_ROWS}."
        )
    _require_two_labels(kept, "The data")


def _require_two_labels(rows: pl.DataFrame, what: str) -> None:
    labels = rows["label"].unique().to_list()
    if len(labels) < FEWEST_LABELS:
        raise UnfitTrainingRows(f"{what} has one label, '{labels[0]}'; a classifier needs at least two.")
