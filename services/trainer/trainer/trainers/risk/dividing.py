"""Where the rows of a risk are checked, cleaned and divided into those to learn from and those to measure on.

1. A column `split` with `train` and `holdout` fixes the sides.
2. A column `date`: the newest 20 % are held out, of them only the rows of entities that are not in older rows. If
   nearly all entities come back, a quarter of the entities is held out by hash: their newest rows are measured on, and
   the older rows of the others are learnt from.
3. Otherwise those with a low hash, of the entity if there is that column, else of what the row says.

Rows to learn from that say nearly the same as one that is held out (numbers alike in three digits, texts but for case
and punctuation) are removed and counted, unless the columns are so coarse that rows are alike by chance.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from trainer.trainers import splitting
from trainer.trainers.kind import Snapshot, UnfitTrainingRows
from trainer.trainers.risk import columns, labels, likeness
from trainer.trainers.risk.labels import LABEL
from trainer.trainers.risk.parameters import RiskParameters

FEWEST_ROWS = 50
FEWEST_OF_A_LABEL = 10
ENTITY = "entity"
NEW_SHARE = 0.25
HELD_ENTITIES = 0.25
FEWEST_HELD = 20


@dataclass(frozen=True)
class Sides:
    """Who is held out (`held`) and who is learnt from (`kept`), with the rule; what is neither is counted by reason."""

    rule: str
    held: pl.Series
    kept: pl.Series
    removed: Mapping[str, int]


def split(rows: pl.DataFrame, parameters: RiskParameters, sha256: str) -> Snapshot:
    """Leave out rows without a label and divide the others; no entity and no row is on both sides.

    Raises `UnfitTrainingRows` if rows, labels or columns are too few or not to be understood.
    """
    labelled = _labelled(rows)
    recognised = columns.recognise(labelled, parameters.ignore)
    if not recognised.features:
        reasons = "; ".join(f"'{name}' {reason}" for name, reason in recognised.left_out.items())
        raise UnfitTrainingRows(f"The data has no column to learn from{': ' if reasons else ''}{reasons}.")
    keys = likeness.keys(labelled.select(list(recognised.features)), labelled[LABEL])
    sides = _sides(labelled, keys)
    kept = sides.kept & ~_seen(keys, sides.held)
    train, holdout = labelled.filter(kept), labelled.filter(sides.held)
    removed = {
        **sides.removed,
        "duplicates": _count(sides.kept) - _count(kept),
        "blank": rows.height - labelled.height,
    }
    snapshot = Snapshot(train, holdout, sha256, sides.rule, removed)
    require_trainable(snapshot)
    return snapshot


def require_trainable(snapshot: Snapshot) -> None:
    """Raise `UnfitTrainingRows` unless there is something to learn from and something to measure on."""
    if snapshot.holdout.is_empty():
        message = (
            f"None of the {snapshot.train.height} rows fell into the holdout ({snapshot.rule}), so nothing could be "
            "measured; add more rows, or a column 'split' that marks some of them 'holdout'."
        )
        raise UnfitTrainingRows(message)
    if snapshot.train.is_empty():
        raise UnfitTrainingRows(f"No row is left to learn from ({snapshot.rule}).")
    labels.require_two(snapshot.train[LABEL], f"The part of the data to learn from ({snapshot.rule})")


def unseen(held: pl.Series, entities: pl.Series) -> tuple[pl.Series, pl.Series, str]:
    """Who of the newest rows may be measured on and who of the older ones learnt from, with no entity on both sides.

    `held` says which rows are the newest. The last is what to add to the rule.
    """
    new = held & ~_seen(entities, ~held)
    if _count(new) >= max(NEW_SHARE * _count(held), FEWEST_HELD):
        return new, ~held, ", of entities without older rows"
    chosen = _hashed(entities, HELD_ENTITIES)
    return held & chosen, ~held & ~chosen, ", of a quarter of the entities by stable hash, never learnt from"


def _labelled(rows: pl.DataFrame) -> pl.DataFrame:
    if LABEL not in rows.columns:
        raise UnfitTrainingRows("The data has no column 'label'; a risk needs it, and columns to learn it from.")
    if columns.DATE in rows.columns and not columns.is_ordered(rows[columns.DATE]):
        raise UnfitTrainingRows(
            f"The column 'date' holds values of the type {rows[columns.DATE].dtype}, which is no date."
        )
    labelled = rows.with_columns(labels.written(rows[LABEL])).filter(pl.col(LABEL).is_not_null())
    if labelled.height < FEWEST_ROWS:
        raise UnfitTrainingRows(
            f"The data has {labelled.height} rows with a label; a risk needs at least {FEWEST_ROWS}."
        )
    labelled = labelled.with_columns(labels.named_alike(labelled[LABEL]))
    labels.require_two(labelled[LABEL], "The data", FEWEST_OF_A_LABEL)
    return labelled


def _sides(rows: pl.DataFrame, keys: pl.Series) -> Sides:
    if ENTITY not in rows.columns:
        rule, held = splitting.sides(rows, keys, stable="stable hash of the row")
        return Sides(rule, held, ~held, {})
    named = columns.names(rows[ENTITY])
    entities = named.zip_with(named.is_not_null(), keys)
    rule, held = splitting.sides(rows, entities, stable="stable hash of the entity")
    if rule == splitting.NEWEST:
        measured, kept, addition = unseen(held, entities)
    else:
        measured, kept, addition = held, ~held & ~_seen(entities, held), ""
    return Sides(rule + addition, measured, kept, {"entities": rows.height - _count(measured | kept)})


def _count(chosen: pl.Series) -> int:
    return int(chosen.cast(pl.Int64).sum())


def _seen(names: pl.Series, held: pl.Series) -> pl.Series:
    """Whether a row's name is also that of a row that is held out."""
    return names.is_in(names.filter(held).unique().implode())


def _hashed(entities: pl.Series, share: float) -> pl.Series:
    """Whether each entity is among so large a share of them, by stable hash."""
    known = entities.unique()
    chosen = known.filter(pl.Series([splitting.place(name) < share * 2**64 for name in known], dtype=pl.Boolean))
    return entities.is_in(chosen.implode())
