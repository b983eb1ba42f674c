"""Where a classifier becomes an artifact, and an artifact a classifier again."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, TypeVar

from trainer.trainers import archive, wording
from trainer.trainers.archive import Array, Contents
from trainer.trainers.classification.calibration import Calibration
from trainer.trainers.classification.margins import Margins
from trainer.trainers.classification.model import Frontier, Member, Model
from trainer.trainers.classification.outputs import LABEL
from trainer.trainers.kind import UnreadableArtifact

FORMAT = "ratchet.classification/2"
FIRST_FORMAT = "ratchet.classification/1"

Restored = TypeVar("Restored")


def dump(model: Model) -> bytes:
    """The artifact of a model; equal models give equal bytes."""
    arrays: dict[str, Array] = {}
    members: list[dict[str, Any]] = []
    for number, member in enumerate(model.members):
        facts, rarities = wording.stored(member.features)
        members.append({**facts, "calibrations": [asdict(each) for each in member.calibrations]})
        arrays |= {f"{number}-{name}": rarity for name, rarity in rarities.items()}
        for output, fitted in enumerate(member.margins):
            arrays |= {f"{number}-weights-{output}": fitted.weights, f"{number}-bias-{output}": fitted.bias}
    outputs = [{"name": name, "labels": labels} for name, labels in zip(model.names, model.labels, strict=True)]
    facts = {"outputs": outputs, "members": members, "frontier": asdict(model.frontier)}
    return archive.pack(Contents(FORMAT, facts, arrays))


def load(artifact: bytes) -> Model:
    """The model of an artifact of this or the first edition; raises `UnreadableArtifact`."""
    try:
        contents = archive.unpack(artifact, FORMAT)
    except UnreadableArtifact as unreadable:
        if f"'{FIRST_FORMAT}'" not in str(unreadable):
            raise
        return _checked(_first_edition, archive.unpack(artifact, FIRST_FORMAT))
    return _checked(_restored, contents)


def _checked(restore: Callable[[Contents], Restored], contents: Contents) -> Restored:
    try:
        return restore(contents)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise UnreadableArtifact(f"The artifact does not hold a classifier: {error}.") from error


def _restored(contents: Contents) -> Model:
    facts = contents.facts
    labels = tuple(list[str](output["labels"]) for output in facts["outputs"])
    members = tuple(_member(each, contents.arrays, number, labels) for number, each in enumerate(facts["members"]))
    if not members or not labels:
        raise ValueError("it has no members or no outputs")
    return Model(tuple(output["name"] for output in facts["outputs"]), labels, members, Frontier(**facts["frontier"]))


def _member(
    facts: Mapping[str, Any], arrays: Mapping[str, Array], number: int, labels: tuple[list[str], ...]
) -> Member:
    features = wording.restored(facts, {half: arrays[f"{number}-{half}"] for half in wording.HALVES})
    fitted = tuple(
        _margins(
            arrays[f"{number}-weights-{output}"], arrays[f"{number}-bias-{output}"], wording.terms(features), known
        )
        for output, known in enumerate(labels)
    )
    calibrations = tuple(Calibration(**each) for each in facts["calibrations"])
    if len(calibrations) != len(labels):
        raise ValueError(f"{len(calibrations)} calibrations do not fit {len(labels)} outputs")
    return Member(features, fitted, calibrations)


def _first_edition(contents: Contents) -> Model:
    """The one output of versions from before there could be several was called `label`."""
    facts, arrays = contents.facts, contents.arrays
    features, labels = wording.restored(facts, arrays), list[str](facts["labels"])
    fitted = _margins(arrays["weights"], arrays["bias"], wording.terms(features), labels)
    member = Member(features, (fitted,), (Calibration(**facts["calibration"]),))
    return Model((LABEL,), (labels,), (member,), Frontier())


def _margins(weights: Array, bias: Array, terms: int, labels: list[str]) -> Margins:
    if weights.shape != (terms, len(labels)) or bias.shape != (len(labels),):
        raise ValueError(f"{terms} terms and {len(labels)} labels do not fit weights of shape {weights.shape}")
    return Margins(weights, bias)
