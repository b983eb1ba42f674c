"""Where the documents of today are held beside those of the generation before."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trainer.trainers.rag.generation import Generation

Marks = NDArray[np.bool_]


@dataclass(frozen=True)
class Changes:
    """What has changed since the generation before.

    `unchanged`: which of today's documents are as they were. `ground`, `top`: which documents of its layers stay.
    """

    unchanged: Marks
    ground: Marks
    top: Marks
    added: int
    updated: int
    deleted: int


def compare(documents: pl.DataFrame, previous: Generation | None) -> Changes:
    """Tell documents that were added, updated and deleted from those that stayed as they were, by their ids.

    A document is updated if its title, its text or any other field differs.
    """
    if previous is None:
        nothing = np.zeros(0, np.bool_)
        return Changes(np.zeros(documents.height, np.bool_), nothing, nothing, documents.height, 0, 0)
    before = previous.documents
    places = _places(documents["id"], before["id"])
    found = np.flatnonzero(places >= 0)
    same = found[_same(documents[found], before[places[found]])]
    unchanged = np.zeros(documents.height, np.bool_)
    unchanged[same] = True
    stays = np.zeros(before.height, np.bool_)
    stays[places[same]] = True
    alive = np.flatnonzero(previous.alive)
    ground = np.zeros(len(previous.alive), np.bool_)
    ground[alive] = stays[: len(alive)]
    counts = documents.height - len(found), len(found) - len(same), before.height - len(found)
    return Changes(unchanged, ground, stays[len(alive) :], *counts)


def _places(ids: pl.Series, before: pl.Series) -> NDArray[np.int64]:
    """Where each id was, -1 for those that were not there."""
    known = pl.DataFrame({"id": before, "place": np.arange(before.len())})
    found = pl.DataFrame({"id": ids}).join(known, on="id", how="left", maintain_order="left")
    return found["place"].fill_null(-1).to_numpy()


def _same(today: pl.DataFrame, before: pl.DataFrame) -> Marks:
    if today.schema != before.schema:
        return np.zeros(today.height, np.bool_)
    same = np.ones(today.height, np.bool_)
    for name in today.columns:
        same &= today[name].eq_missing(before[name]).to_numpy()
    return same
