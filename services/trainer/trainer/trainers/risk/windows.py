"""Where the rows to learn from are divided once more, to choose a method and a threshold on rows it has not seen."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trainer.trainers.risk import columns, dividing
from trainer.trainers.risk.columns import DATE
from trainer.trainers.risk.dividing import ENTITY
from trainer.trainers.risk.encoding import Matrix

Rows = NDArray[np.int64]
CHECKED_SHARE = 0.2
FOLDS = 5
ROWS_FOR_ONE_FOLD = 10_000
FEWEST_OF_A_LABEL = 10
NEWEST = "the newest fifth of the rows to learn from"


@dataclass(frozen=True)
class Window:
    """Positions of the rows to fit on, and of those to check with, the oldest first where they have dates."""

    fit: Rows
    check: Rows


def order(rows: pl.DataFrame) -> NDArray[np.float64] | None:
    """When each row was, in any unit; None if no column `date` says it. A row without a date comes first."""
    if DATE not in rows.columns:
        return None
    times = columns.moments(rows[DATE])
    if times.null_count() == times.len():
        times = columns.numbers(rows[DATE])
    if times.n_unique() < FOLDS:
        return None
    return times.fill_null(-np.inf).to_numpy()


def windows(rows: pl.DataFrame, truth: Matrix, seed: int) -> tuple[list[Window], str]:
    """The newest fifth of the rows if they have dates, else folds of all; and what was done, in words.

    No entity is on both sides of a window. Of many rows without dates one fold is enough. Where the newest rows hold
    fewer than 10 of a label, folds are made of them all.
    """
    times, entities = order(rows), _entities(rows)
    if times is not None:
        window = _newest(times, entities)
        if min(np.bincount(truth[window.check].astype(int), minlength=2)) >= FEWEST_OF_A_LABEL:
            return [window], NEWEST
    folds = _folds(entities, truth, seed)
    used = FOLDS if len(truth) < ROWS_FOR_ONE_FOLD else 1
    described = f"{FOLDS} folds of the rows to learn from" if used > 1 else "a random fifth of the rows to learn from"
    found = [Window(np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)) for fold in range(used)]
    return [window for window in found if len(np.unique(truth[window.fit])) > 1], described


def latest(rows: pl.DataFrame, most: int, seed: int) -> pl.DataFrame:
    """The newest rows, at most so many, in their old order; a random part if they have no dates."""
    if rows.height <= most:
        return rows
    times = order(rows)
    if times is None:
        chosen = np.random.default_rng(seed).choice(rows.height, most, replace=False)
    else:
        chosen = np.argsort(times, kind="stable")[-most:]
    return rows[np.sort(chosen)]


def _entities(rows: pl.DataFrame) -> pl.Series:
    own = pl.Series([f"\x1f{position}" for position in range(rows.height)])
    if ENTITY not in rows.columns:
        return own
    named = columns.names(rows[ENTITY])
    return named.zip_with(named.is_not_null(), own)


def _newest(times: NDArray[np.float64], entities: pl.Series) -> Window:
    first = np.sort(times)[int(len(times) * (1 - CHECKED_SHARE))]
    newest = pl.Series(times >= first)
    check, fit, _ = dividing.unseen(newest, entities)
    checked = np.flatnonzero(check.to_numpy())
    return Window(np.flatnonzero(fit.to_numpy()), checked[np.argsort(times[checked], kind="stable")])


def _folds(entities: pl.Series, truth: Matrix, seed: int) -> Rows:
    """A fold for every row, the same for all rows of an entity, with about its share of the risks."""
    _, codes = np.unique(entities.to_numpy(), return_inverse=True)
    risky = np.zeros(codes.max() + 1)
    np.maximum.at(risky, codes, truth)
    shuffled = np.random.default_rng(seed).permutation(len(risky))
    by_risk = shuffled[np.argsort(risky[shuffled], kind="stable")]
    folds = np.empty(len(risky), np.int64)
    folds[by_risk] = np.arange(len(risky)) % FOLDS
    return folds[codes]
