"""Where a trained classifier answers texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.trainers.archive import Floats
from trainer.trainers.classification.calibration import Calibration
from trainer.trainers.classification.margins import Margins
from trainer.trainers.kind import UnusableInput
from trainer.trainers.wording import Features

SCORES_SHOWN = 5


@dataclass(frozen=True)
class Member:
    """One reading of texts, and for each output its margins and how they become probabilities."""

    features: Features
    margins: tuple[Margins, ...]
    calibrations: tuple[Calibration, ...]


@dataclass(frozen=True)
class Frontier:
    """Where the main output ends: a text is known if its best label is at least as sure as `threshold`.

    Texts that are not get the label `unknown`, if there is one.
    """

    threshold: float = 0.0
    unknown: str | None = None


@dataclass(frozen=True)
class Guess:
    """The answers of one output to all texts: labels, how sure they are, and the probabilities (texts, labels)."""

    answered: list[str]
    confidence: Floats
    known: NDArray[np.bool_]
    probabilities: Floats


@dataclass(frozen=True)
class Model:
    """The names of the outputs, the main one first, their sorted labels, and members whose probabilities are averaged.

    `frontier` is that of the main output.
    """

    names: tuple[str, ...]
    labels: tuple[list[str], ...]
    members: tuple[Member, ...]
    frontier: Frontier

    def predict(self, inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Answer inputs `{"text": …}` with `{"label", "confidence", "scores", "known", "outputs"}`.

        `confidence` is the probability that `label` is right; `scores` are the five likeliest labels with theirs,
        highest first; `known` is false where the text seems to belong to none of them. `outputs` gives label and
        confidence of every output, where there are several. Raises `UnusableInput` if an input has no text.
        """
        texts = [_text(position, given) for position, given in enumerate(inputs)]
        guesses = self.guesses(texts)
        return [self._answer(guesses, row) for row in range(len(texts))]

    def guesses(self, texts: Sequence[str]) -> list[Guess]:
        """The answers of every output."""
        outputs = zip(self.labels, self.probabilities(texts), strict=True)
        return [
            _guess(labels, probabilities, Frontier() if output else self.frontier)
            for output, (labels, probabilities) in enumerate(outputs)
        ]

    def probabilities(self, texts: Sequence[str]) -> list[Floats]:
        """For every output the probability of every label for every text, of shape (texts, labels)."""
        if not texts:
            return [np.empty((0, len(labels)), np.float32) for labels in self.labels]
        read = [member.features.of(texts) for member in self.members]
        return [
            averaged([
                member.calibrations[output].probabilities(member.margins[output].of(features))
                for member, features in zip(self.members, read, strict=True)
            ])
            for output in range(len(self.names))
        ]  # fmt: skip

    def _answer(self, guesses: Sequence[Guess], row: int) -> dict[str, Any]:
        main = guesses[0]
        probabilities = main.probabilities[row]
        best = np.argsort(-probabilities, kind="stable")[:SCORES_SHOWN]
        answer: dict[str, Any] = {
            **_said(main, row),
            "scores": {self.labels[0][label]: round(float(probabilities[label]), 6) for label in best},
            "known": bool(main.known[row]),
        }
        if len(guesses) > 1:
            answer["outputs"] = {name: _said(guess, row) for name, guess in zip(self.names, guesses, strict=True)}
        return answer


def averaged(members: Sequence[Floats]) -> Floats:
    """The mean of the members' probabilities."""
    return members[0] if len(members) == 1 else np.stack(members).mean(axis=0, dtype=np.float32)


def _guess(labels: list[str], probabilities: Floats, frontier: Frontier) -> Guess:
    if not len(probabilities):
        return Guess([], np.empty(0, np.float32), np.empty(0, np.bool_), probabilities)
    sure = probabilities.max(axis=1)
    known = sure >= np.float32(frontier.threshold)
    answered = [labels[best] for best in probabilities.argmax(axis=1)]
    if frontier.unknown is None:
        return Guess(answered, sure, known, probabilities)
    named = [label if is_known else frontier.unknown for label, is_known in zip(answered, known, strict=True)]
    return Guess(named, np.where(known, sure, 1 - sure), known, probabilities)


def _said(guess: Guess, row: int) -> dict[str, Any]:
    return {"label": guess.answered[row], "confidence": round(float(guess.confidence[row]), 6)}


def _text(position: int, given: dict[str, Any]) -> str:
    text = given.get("text")
    if not isinstance(text, str) or not text.strip():
        raise UnusableInput(f"inputs[{position}].text: a text with at least one character is needed")
    return text
