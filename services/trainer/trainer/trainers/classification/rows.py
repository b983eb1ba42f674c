"""Where rows are checked and cleaned before anything is learnt from them."""

from dataclasses import replace

import polars as pl

from trainer.trainers import splitting
from trainer.trainers.classification import outputs
from trainer.trainers.classification.parameters import ClassificationParameters
from trainer.trainers.kind import Snapshot, UnfitTrainingRows
from trainer.trainers.tables import Column, Table

TABLE = Table(
    name="texts",
    meaning="One text with the labels that it ought to get.",
    columns=(
        Column("text", "text", "What is to be labelled."),
        Column("label", "text", "The label that it ought to get; blank where nobody knows.", required=False),
        Column("id", "text", "What the row is called elsewhere; nothing is learnt from it.", required=False),
        Column("date", "moment", "When it was written; the newest fifth is measured on.", required=False),
        Column("split", "text", "Fixes what is measured on.", required=False, choices=("train", "holdout")),
    ),
    template=(
        "text,label,priority,sentiment\n"
        "I was charged twice for May,billing,high,negative\n"
        "The app closes when I open it,bug,high,negative\n"
        "How do I change my address?,account,low,neutral\n"
        '"Thanks, that solved it!",praise,,positive\n'
    ),
    further="Each is one more output, such as priority or sentiment, if it is filled with few different values.",
    any_of=True,
)
FEWEST_ROWS = 10
FEWEST_LABELS = 2
KEPT = ("id", "date")


def split(rows: pl.DataFrame, parameters: ClassificationParameters, sha256: str) -> Snapshot:
    """Keep the texts with a label in at least one output, trimmed, and divide them by `splitting.split`.

    Both sides have the columns `text`, the outputs, the main one first, and `id` and `date` where they were given.
    Raises `UnfitTrainingRows` if a column is missing, nothing is left, or the rows are too few or too alike to train.
    """
    names = _outputs(rows, parameters)
    kept = _filled(rows, names)
    _require_enough(kept, rows.height, names)
    snapshot = splitting.split(kept, sha256, label=names[0])
    sides = [_side(side, names, parameters.outputs, snapshot.train) for side in (snapshot.train, snapshot.holdout)]
    divided = replace(snapshot, train=sides[0], holdout=sides[1])
    require_trainable(divided, parameters.unknown_label)
    return replace(divided, removed={**snapshot.removed, "blank": rows.height - kept.height})


def require_trainable(snapshot: Snapshot, unknown: str | None = None) -> None:
    """Raise `UnfitTrainingRows` unless there is something to learn from and something to measure on."""
    if snapshot.holdout.is_empty():
        raise UnfitTrainingRows(
            f"None of the {snapshot.train.height} rows fell into the holdout ({snapshot.rule}), so nothing could be "
            "measured; add more rows, or a column 'split' that marks some of them 'holdout'."
        )
    if snapshot.train.is_empty():
        raise UnfitTrainingRows(_nothing_left(snapshot))
    main, *others = outputs.of(snapshot.train)
    _require_two_labels(snapshot.train, main, "The part of the data to train on", unknown)
    for name in others:
        _require_two_labels(snapshot.train, name, "The part of the data to train on", None)
    if snapshot.holdout[main].null_count() == snapshot.holdout.height:
        raise UnfitTrainingRows(f"None of the {snapshot.holdout.height} rows of the holdout has a label in '{main}'.")


def _nothing_left(snapshot: Snapshot) -> str:
    repeated = sum(snapshot.removed.get(reason, 0) for reason in ("duplicates", "near_duplicates"))
    held = f"All {snapshot.holdout.height} rows are in the holdout ({snapshot.rule}); there is none to train on."
    return f"{held} {repeated} others repeat the holdout and were removed." if repeated else held


def _outputs(rows: pl.DataFrame, parameters: ClassificationParameters) -> list[str]:
    if "text" not in rows.columns:
        raise UnfitTrainingRows("The data has no column 'text'; a classifier needs the columns 'text' and 'label'.")
    names = outputs.chosen(rows, parameters.outputs)
    if not names:
        raise UnfitTrainingRows(
            "The data has no column 'label'; a classifier needs the columns 'text' and 'label', or others that are "
            "filled with few different values."
        )
    return names


def _filled(rows: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    cleaned = rows.with_columns(pl.col("text").cast(pl.String), *(outputs.cleaned(rows[name]) for name in names))
    has_text = pl.col("text").str.strip_chars().str.len_chars() > 0
    return cleaned.filter(has_text & pl.any_horizontal(pl.col(names).is_not_null()))


def _side(side: pl.DataFrame, names: list[str], asked_for: tuple[str, ...], train: pl.DataFrame) -> pl.DataFrame:
    """Without outputs that nobody asked for and that the training rows have only one value of."""
    useful = [name for name in names[1:] if name in asked_for or train[name].drop_nulls().n_unique() >= FEWEST_LABELS]
    there = [name for name in KEPT if name in side.columns]
    return side.select("text", names[0], *useful, *there)


def _require_enough(kept: pl.DataFrame, found: int, names: list[str]) -> None:
    if kept.is_empty():
        counted = f"none of the {found} rows has both a text and a label" if found else "there are no rows"
        raise UnfitTrainingRows(f"The data is empty: {counted}.")
    if kept.height < FEWEST_ROWS:
        counted = "1 row" if kept.height == 1 else f"{kept.height} rows"
        raise UnfitTrainingRows(
            f"The data has {counted} with text and label; a classifier needs at least {FEWEST_ROWS}."
        )
    _require_two_labels(kept, names[0], "The data", None)


def _require_two_labels(rows: pl.DataFrame, name: str, what: str, unknown: str | None) -> None:
    labels = rows[name].drop_nulls().unique().to_list()
    known = [label for label in labels if label != unknown]
    if len(known) >= FEWEST_LABELS:
        return
    besides = f" besides '{unknown}'" if len(known) < len(labels) else ""
    of_output = "" if name == outputs.LABEL else f" in the output '{name}'"
    counted = f"one label{besides}{of_output}, '{known[0]}'" if known else f"no label{besides}{of_output}"
    raise UnfitTrainingRows(f"{what} has {counted}; a classifier needs at least two.")
