"""Where a trained risk answers, and becomes an artifact and a risk again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from trainer.trainers import archive
from trainer.trainers.archive import Array, Contents
from trainer.trainers.kind import UnreadableArtifact
from trainer.trainers.risk import members, reasons
from trainer.trainers.risk.calibration import Calibration
from trainer.trainers.risk.encoding import Encoding, Feature, Matrix
from trainer.trainers.risk.members import Member

FORMAT = "ratchet.risk/1"
DIGITS = 6


@dataclass(frozen=True)
class Model:
    """What is known of the columns, the models that are averaged, and how their mean becomes an answer.

    `pair` is the label of the risk and the other one; `prevalence` the share of risks among the rows learnt from.
    """

    pair: tuple[str, str]
    prevalence: float
    encoding: Encoding
    members: tuple[Member, ...]
    calibration: Calibration
    threshold: float

    def predict(self, inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Answer rows, given as `{column: value}`, with `{"label", "probability", "confidence", "reasons"}`.

        `probability` is that of the risk; `label` is the risk from the learnt threshold on; `confidence` is the
        probability of that label; `reasons` says in words which columns moved the answer most. Columns that were not
        learnt from are ignored, absent ones are missing values.
        Raises `UnusableInput` for a value of the wrong sort, or for a row without any column learnt from.
        """
        if not inputs:
            return []
        matrix = self.encoding.of_inputs(inputs)
        explained = [member.explained(matrix) for member in self.members]
        probabilities = self.calibration.of(np.mean([found for found, _ in explained], axis=0))
        why = reasons.told(self.encoding, np.mean([moved for _, moved in explained], axis=0), inputs)
        return [self._answer(*each) for each in zip(probabilities.tolist(), why, strict=True)]

    def probabilities(self, matrix: Matrix) -> Matrix:
        """The probability of the risk for every row of (rows, slots)."""
        return self.calibration.of(np.mean([member.probabilities(matrix) for member in self.members], axis=0))

    def _answer(self, probability: float, why: list[str]) -> dict[str, Any]:
        risky = probability >= self.threshold
        return {
            "label": self.pair[0] if risky else self.pair[1],
            "probability": round(probability, DIGITS),
            "confidence": round(probability if risky else 1 - probability, DIGITS),
            "reasons": why,
        }


def dump(model: Model) -> bytes:
    """The artifact of a model; equal models give equal bytes."""
    kept = [members.stored(member) for member in model.members]
    facts = {
        "pair": list(model.pair),
        "prevalence": model.prevalence,
        "features": [asdict(feature) for feature in model.encoding.features],
        "dated": model.encoding.dated,
        "members": [member for member, _ in kept],
        "calibration": asdict(model.calibration),
        "threshold": model.threshold,
    }
    arrays = {f"{place}_{name}": array for place, (_, found) in enumerate(kept) for name, array in found.items()}
    return archive.pack(Contents(FORMAT, facts, arrays))


def load(artifact: bytes) -> Model:
    """The model of an artifact; raises `UnreadableArtifact`."""
    contents = archive.unpack(artifact, FORMAT)
    try:
        return _restored(contents.facts, contents.arrays)
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise UnreadableArtifact(f"The artifact does not hold a risk: {error}.") from error


def _restored(facts: Mapping[str, Any], arrays: Mapping[str, Array]) -> Model:
    encoding = Encoding(tuple(_feature(each) for each in facts["features"]), bool(facts["dated"]))
    slots, restored = len(encoding.sources), list[Member]()
    for place, member in enumerate(facts["members"]):
        own = {name.removeprefix(f"{place}_"): array for name, array in arrays.items() if name.startswith(f"{place}_")}
        restored.append(members.restored(member, own, slots, encoding.categories))
    if not restored:
        raise ValueError("it has no models")
    risk, other = facts["pair"]
    calibration, threshold = Calibration(**facts["calibration"]), float(facts["threshold"])
    return Model((risk, other), float(facts["prevalence"]), encoding, tuple(restored), calibration, threshold)


def _feature(facts: Mapping[str, Any]) -> Feature:
    return Feature(facts["name"], facts["holds"], tuple(facts["categories"]), bool(facts["others"]))
