"""Where a log is replayed: which template would have come first, and what had people made of it."""

import numpy as np
import polars as pl
from scipy.special import xlogy

from trainer.trainers.kind import Evaluation
from trainer.trainers.replaying import Doubles
from trainer.trainers.workflows.model import Model, load
from trainer.trainers.workflows.rows import VALUE

MEASURE = "log loss of the probability"
BASELINE = "the overall acceptance"
CERTAIN = 1e-4


def evaluate(artifact: bytes, rows: pl.DataFrame) -> Evaluation:
    """Measure an artifact on a divided log, beside giving every template the overall acceptance.

    Raises `UnreadableArtifact`.
    """
    model = load(artifact)
    lost = losses(model.tree.chances(rows), rows)
    before = losses(np.full(rows.height, model.tree.overall), rows)
    return Evaluation(
        _metrics(model, rows, lost), lost.tolist(), measure=MEASURE, baseline=before.tolist(), baseline_name=BASELINE
    )


def losses(chances: Doubles, rows: pl.DataFrame) -> Doubles:
    """The log loss of every chance, 0 where it is just what the outcome counts (a Kullback-Leibler divergence)."""
    worth, said = rows[VALUE].to_numpy(), np.clip(chances, CERTAIN, 1 - CERTAIN)
    return np.asarray(_divergence(worth, said) + _divergence(1 - worth, 1 - said), dtype=np.float64)


def _divergence(worth: Doubles, said: Doubles) -> Doubles:
    return np.asarray(xlogy(worth, worth) - worth * np.log(said), dtype=np.float64)


def _metrics(model: Model, rows: pl.DataFrame, lost: Doubles) -> dict[str, float]:
    """The metrics of at least one row.

    `coverage`: the share of rows whose template would have come first; `precision`: the mean worth of just these (the
    replay estimate of Li et al., WSDM 2011, section 4; 0 where there is none); `acceptance`: that of all rows; `loss`:
    the mean log loss. An outcome is worth 1 if accepted, 0 if skipped, and something between if edited.
    """
    worth, first = rows[VALUE].to_numpy(), _comes_first(model, rows)
    matched = int(first.sum())
    return {
        "precision": float(worth[first].mean()) if matched else 0.0,
        "acceptance": float(worth.mean()),
        "coverage": matched / rows.height,
        "loss": float(lost.mean()),
        "samples": float(rows.height),
    }


def _comes_first(model: Model, rows: pl.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    columns = [column for column in model.tree.columns[1:] if column in rows.columns]
    firsts: dict[tuple[str | None, ...], str] = {}
    found: list[bool] = []
    for template, *values in rows.select("template", *columns).iter_rows():
        key = tuple(values)
        if key not in firsts:
            firsts[key] = model.ranked(dict(zip(columns, key, strict=True)))[0]["template"]
        found.append(firsts[key] == template)
    return np.array(found, dtype=np.bool_)
