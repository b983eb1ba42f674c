"""Where it is learnt how sure an answer must be before a text counts as known."""

import numpy as np

from trainer.trainers.archive import Floats
from trainer.trainers.classification.calibration import Codes

DOUBTED = 0.05
SURE = 0.9


def threshold(probabilities: Floats, codes: Codes, strangers: Floats) -> float:
    """The least confidence of a known text.

    `probabilities` (rows, labels) are those of texts that were not learnt from, `codes` their labels; `strangers` are
    the confidences of texts that belong to no label. No more than one right answer of twenty is doubted. Up to there,
    with strangers, it is the confidence that best parts them from right answers: the share of strangers below less the
    share of right answers below is highest (Youden, 1950). Without, it is that bound: what is less sure is as likely
    something else, but nothing as sure as .9.
    """
    sure = probabilities.max(axis=1)
    right = np.sort(sure[probabilities.argmax(axis=1) == codes])
    if not len(right):
        return 0.0
    if not len(strangers):
        return min(SURE, float(np.quantile(right, DOUBTED)))
    bounds = np.unique(np.concatenate([right[: 1 + int(DOUBTED * len(right))], strangers]))
    bounds = bounds[bounds <= right[int(DOUBTED * len(right))]]
    doubted = np.searchsorted(right, bounds) / len(right)
    refused = np.searchsorted(np.sort(strangers), bounds) / len(strangers)
    return float(bounds[np.argmax(refused - doubted)])
