"""Where fitted trees of scikit-learn become plain arrays.

They are read from attributes that scikit-learn does not promise to keep, so whoever plants trees compares their
answers with scikit-learn's own.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from trainer.trainers.risk.encoding import Matrix
from trainer.trainers.risk.trees import MOST_CODES, Trees

BITS = 32

Fitted: TypeAlias = Any
"""What scikit-learn ships no types for."""


def from_boosting(model: Fitted) -> tuple[Trees, float]:
    """The trees of a HistGradientBoostingClassifier, and the logit that their sum is added to."""
    grown = [predictor for (predictor,) in model._predictors]  # noqa: SLF001
    subsets = [_subsets(predictor.raw_left_cat_bitsets) for predictor in grown]
    shifts = np.cumsum([0, *map(len, subsets)])
    planted = [_boosted(tree.nodes, int(shift)) for tree, shift in zip(grown, shifts, strict=False)]
    trees = _joined(planted, np.concatenate(subsets) if subsets else np.zeros((0, MOST_CODES), bool))
    return _by_code(trees, _known(model)), float(np.ravel(model._baseline_prediction)[0])  # noqa: SLF001


def from_forest(model: Fitted) -> Trees:
    """The trees of a RandomForestClassifier of two classes; their sum is the probability of the second."""
    planted = [_grown(each.tree_, len(model.estimators_)) for each in model.estimators_]
    return _joined(planted, np.zeros((0, MOST_CODES), bool))


def _known(model: Fitted) -> list[Any]:
    """The codes that occurred in each slot of categories; scikit-learn counts them through."""
    if model._preprocessor is None:  # noqa: SLF001
        return []
    seen = model._preprocessor.named_transformers_["encoder"].categories_  # noqa: SLF001
    return [codes[~np.isnan(codes)].astype(np.int64) for codes in seen]


def _by_code(trees: Trees, known: Sequence[Any]) -> Trees:
    """Subsets of codes instead of their ranks; a code that did not occur goes where a missing one goes."""
    subsets = trees.subsets.copy()
    for node in np.flatnonzero(trees.subset >= 0):
        codes, subset = known[trees.slot[node]], trees.subset[node]
        subsets[subset] = trees.missing_left[node]
        subsets[subset, codes] = trees.subsets[subset, : len(codes)]
    return replace(trees, subsets=subsets)


def _boosted(nodes: Fitted, shift: int) -> dict[str, Any]:
    is_leaf, own = nodes["is_leaf"].astype(bool), np.arange(len(nodes))
    by_subset = ~is_leaf & nodes["is_categorical"].astype(bool)
    largest = np.finfo(np.float64).max
    return {
        "slot": np.where(is_leaf, 0, nodes["feature_idx"]),
        "threshold": np.clip(np.where(is_leaf, 0.0, nodes["num_threshold"]), -largest, largest),
        "left": np.where(is_leaf, own, nodes["left"]),
        "right": np.where(is_leaf, own, nodes["right"]),
        "missing_left": ~is_leaf & nodes["missing_go_to_left"].astype(bool),
        "subset": np.where(by_subset, nodes["bitset_idx"].astype(np.int64) + shift, -1),
        "value": _means(nodes),
    }


def _means(nodes: Fitted) -> Matrix:
    """What each node would answer: leaves their value, others the mean of their rows."""
    values, counts = nodes["value"].astype(np.float64), nodes["count"].astype(np.float64)
    for place in range(len(nodes) - 1, -1, -1):
        if not nodes["is_leaf"][place]:
            pair = [nodes["left"][place], nodes["right"][place]]
            values[place] = np.average(values[pair], weights=counts[pair])
    return values


def _subsets(words: Fitted) -> NDArray[np.bool_]:
    """Bit sets of (sets, 8) words of 32 bits as booleans of (sets, 256)."""
    bits = (np.asarray(words, np.uint32)[:, :, None] >> np.arange(BITS, dtype=np.uint32)) & 1
    return bits.astype(bool).reshape(len(words), MOST_CODES)


def _grown(tree: Fitted, trees: int) -> dict[str, Any]:
    own = np.arange(tree.node_count)
    is_leaf = tree.children_left < 0
    return {
        "slot": np.where(is_leaf, 0, tree.feature),
        "threshold": np.where(is_leaf, 0.0, tree.threshold),
        "left": np.where(is_leaf, own, tree.children_left),
        "right": np.where(is_leaf, own, tree.children_right),
        "missing_left": np.zeros(len(own), bool),
        "subset": np.full(len(own), -1),
        "value": tree.value[:, 0, 1] / trees,
    }


def _joined(planted: Sequence[dict[str, Any]], subsets: NDArray[np.bool_]) -> Trees:
    shifts = np.cumsum([0, *(len(tree["value"]) for tree in planted)])
    moved = [
        {**tree, "left": tree["left"] + shift, "right": tree["right"] + shift}
        for tree, shift in zip(planted, shifts, strict=False)
    ]
    whole: dict[str, Any] = {name: np.concatenate([tree[name] for tree in moved]) for name in moved[0]}
    whole |= {name: whole[name].astype(np.int32) for name in ("slot", "left", "right", "subset")}
    return Trees(roots=shifts[:-1].astype(np.int32), subsets=subsets, **whole)
