"""Where a trained classifier answers texts, and becomes an artifact and a classifier again."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from trainer.trainers import archive
from trainer.trainers.archive import Contents, Floats
from trainer.trainers.classification import features
from trainer.trainers.classification.calibration import Calibration
from trainer.trainers.classification.features import Features, Vocabulary
from trainer.trainers.classification.margins import Margins
from trainer.trainers.kind import UnreadableArtifact, UnusableInput

FORMAT = "ratchet.classification/1"
SCORES_SHOWN = 5


@dataclass(frozen=True)
class Model:
    """Features of a text, a margin for each of the sorted `labels`, and how margins become probabilities."""

    labels: list[str]
    features: Features
    margins: Margins
    calibration: Calibration

    def predict(self, inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Answer inputs `{"text": …}` with `{"label", "confidence", "scores"}`.

        `confidence` is the probability that `label` is right; `scores` are the five likeliest labels with theirs,
        highest first. Raises `UnusableInput` if an input has no text.
        """
        texts = [_text(position, given) for position, given in enumerate(inputs)]
        return [self._answer(row) for row in self.probabilities(texts)]

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """The probability of every label for every text, of shape (texts, labels)."""
        if not texts:
            return np.empty((0, len(self.labels)), np.float32)
        return self.calibration.probabilities(self.margins.of(self.features.of(texts)))

    def _answer(self, probabilities: Floats) -> dict[str, Any]:
        best = np.argsort(-probabilities, kind="stable")[:SCORES_SHOWN]
        scores = {self.labels[index]: round(float(probabilities[index]), 6) for index in best}
        label = self.labels[best[0]]
        return {"label": label, "confidence": scores[label], "scores": scores}


def dump(model: Model) -> bytes:
    """The artifact of a model; equal models give equal bytes."""
    words, pieces = features.vocabulary(model.features.words), features.vocabulary(model.features.pieces)
    fitted = model.margins
    facts = {
        "labels": model.labels,
        "calibration": asdict(model.calibration),
        "words": {"terms": words.terms, "longest": words.longest},
        "pieces": {"terms": pieces.terms, "longest": pieces.longest},
    }
    arrays = {"weights": fitted.weights, "bias": fitted.bias, "words": words.rarity, "pieces": pieces.rarity}
    return archive.pack(Contents(FORMAT, facts, arrays))


def load(artifact: bytes) -> Model:
    """The model of an artifact; raises `UnreadableArtifact`."""
    contents = archive.unpack(artifact, FORMAT)
    try:
        return _restored(contents)
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableArtifact(f"The artifact does not hold a classifier: {error}.") from error


def _restored(contents: Contents) -> Model:
    facts, arrays = contents.facts, contents.arrays
    words, pieces = (
        Vocabulary(facts[half]["terms"], facts[half]["longest"], arrays[half]) for half in ("words", "pieces")
    )
    fitted = Margins(arrays["weights"], arrays["bias"])
    terms, labels = len(words.terms) + len(pieces.terms), len(facts["labels"])
    if fitted.weights.shape != (terms, labels) or fitted.bias.shape != (labels,):
        raise ValueError(f"{terms} terms and {labels} labels do not fit weights of shape {fitted.weights.shape}")
    return Model(facts["labels"], features.restored(words, pieces), fitted, Calibration(**facts["calibration"]))


def _text(position: int, given: dict[str, Any]) -> str:
    text = given.get("text")
    if not isinstance(text, str) or not text.strip():
        raise UnusableInput(f"inputs[{position}].text: a text with at least one character is needed")
    return text
