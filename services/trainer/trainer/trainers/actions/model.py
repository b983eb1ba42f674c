"""Where weighed rules answer, and become an artifact and rules again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from scipy.special import expit

from trainer.trainers import archive, replaying
from trainer.trainers.actions.rows import Signals
from trainer.trainers.actions.weights import Weights
from trainer.trainers.archive import Contents
from trainer.trainers.kind import UnreadableArtifact, UnusableInput
from trainer.trainers.replaying import Doubles

FORMAT = "ratchet.actions/1"
SURE = 9.0


@dataclass(frozen=True)
class Scorer:
    """Scores every rule; `thresholds` are from where each is recommended, None where it never is."""

    signals: Signals
    rules: list[str]
    weights: Weights
    thresholds: list[float | None]

    def scores(self, signals: Doubles) -> Doubles:
        """The probability that each rule is accepted, of shape (rows, rules), for signals on this scorer's scale."""
        return expit(np.clip(self.weights.logits(signals), -SURE, SURE))

    def asked(self, rows: pl.DataFrame) -> tuple[Doubles, list[float | None]]:
        """The score of the rule that each row of a log is about, and its threshold; a new rule is like all others."""
        codes = {rule: code for code, rule in enumerate(self.rules)}
        places = np.array([codes.get(rule, len(codes)) for rule in rows["rule"]], dtype=np.int64)
        signals, offsets = self.signals.of(rows), np.append(self.weights.offsets, 0.0)
        logits = np.einsum("ij,ij->i", signals, self.by_rule()[places]) + self.weights.intercept + offsets[places]
        thresholds = [*self.thresholds, None]
        return expit(np.clip(logits, -SURE, SURE)), [thresholds[place] for place in places]

    def by_rule(self) -> Doubles:
        """The weights of every rule, and below them their mean, for new ones, of shape (rules + 1, signals)."""
        shared = self.weights.of_signals.mean(axis=0)
        own = np.broadcast_to(self.weights.of_signals, (len(self.rules), len(shared)))
        return np.vstack([own, shared])


@dataclass(frozen=True)
class Model:
    """The scorer that answers, and the one it was measured against: that of `today`, when it was trained."""

    scorer: Scorer
    today: Scorer

    def predict(self, inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Answer rows of signals with `{"actions": [{"rule", "score", "recommended"}]}`, the highest score first.

        A signal may be missing or null, but not all may be missing; further fields are ignored. `rules`, a list of
        names, limits the answer to those. Raises `UnusableInput`.
        """
        signals = self.scorer.signals
        given = [_signals(signals.names, place, each) for place, each in enumerate(inputs)]
        wanted = [_wanted(self.scorer.rules, place, each) for place, each in enumerate(inputs)]
        raw = np.array(given, dtype=np.float64).reshape(len(given), len(signals.names))
        scores = self.scorer.scores(signals.scaled(raw))
        return [{"actions": self._ranked(row, rules)} for row, rules in zip(scores, wanted, strict=True)]

    def _ranked(self, scores: Doubles, wanted: list[int]) -> list[dict[str, Any]]:
        order = sorted(wanted, key=lambda rule: (-scores[rule], self.scorer.rules[rule]))
        return [
            {
                "rule": self.scorer.rules[rule],
                "score": round(float(scores[rule]), 6),
                "recommended": recommended(float(scores[rule]), self.scorer.thresholds[rule]),
            }
            for rule in order
        ]


def recommended(score: float, threshold: float | None) -> bool:
    """Whether a score reaches its threshold."""
    return threshold is not None and score >= threshold


def dump(model: Model) -> bytes:
    """The artifact of a model; equal models give equal bytes."""
    return archive.pack(Contents(FORMAT, {"scorer": _written(model.scorer), "today": _written(model.today)}))


def load(artifact: bytes) -> Model:
    """The model of an artifact; raises `UnreadableArtifact`."""
    facts = archive.unpack(artifact, FORMAT).facts
    try:
        return Model(_restored(facts["scorer"]), _restored(facts["today"]))
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableArtifact(f"The artifact does not hold rules: {error}.") from error


def _written(scorer: Scorer) -> dict[str, Any]:
    signals, weights = scorer.signals, scorer.weights
    return {
        "signals": signals.names,
        "centre": replaying.rounded(signals.centre).tolist(),
        "scale": replaying.rounded(signals.scale).tolist(),
        "rules": scorer.rules,
        "weights": replaying.rounded(weights.of_signals).tolist(),
        "intercept": float(replaying.rounded(np.array(weights.intercept))),
        "offsets": replaying.rounded(weights.offsets).tolist(),
        "thresholds": scorer.thresholds,
    }


def _restored(facts: dict[str, Any]) -> Scorer:
    names, rules, thresholds = list(facts["signals"]), list(facts["rules"]), list(facts["thresholds"])
    signals = Signals(names, np.array(facts["centre"], dtype=np.float64), np.array(facts["scale"], dtype=np.float64))
    of_signals = np.array(facts["weights"], dtype=np.float64).reshape(-1, len(names))
    offsets = np.array(facts["offsets"], dtype=np.float64)
    shapes = (signals.centre.shape, signals.scale.shape, offsets.shape, len(thresholds))
    if shapes != ((len(names),), (len(names),), (len(rules),), len(rules)) or len(of_signals) not in {1, len(rules)}:
        raise ValueError(f"{len(names)} signals and {len(rules)} rules do not fit its weights and thresholds")
    return Scorer(signals, rules, Weights(of_signals, float(facts["intercept"]), offsets), thresholds)


def _signals(names: list[str], place: int, given: dict[str, Any]) -> list[float]:
    if names and not any(name in given for name in names):
        raise UnusableInput(f"inputs[{place}].{names[0]}: is missing, and so is every other signal")
    return [_number(f"inputs[{place}].{name}", given.get(name)) for name in names]


def _number(field: str, value: object) -> float:
    if value is None or (isinstance(value, str) and not value.strip()):
        return np.nan
    try:
        number = float(value)  # pyright: ignore[reportArgumentType] (what is no number raises)
    except (TypeError, ValueError, OverflowError) as error:
        raise UnusableInput(f"{field}: must be a number") from error
    if np.isinf(number):
        raise UnusableInput(f"{field}: must be a finite number")
    return number


def _wanted(rules: list[str], place: int, given: dict[str, Any]) -> list[int]:
    wanted = given.get("rules")
    if wanted is None:
        return list(range(len(rules)))
    if not isinstance(wanted, Sequence) or isinstance(wanted, str):
        raise UnusableInput(f"inputs[{place}].rules: must be a list of rules")
    codes = {rule: code for code, rule in enumerate(rules)}
    unknown = [each for each in map(replaying.name, wanted) if each not in codes]
    if unknown:
        raise UnusableInput(f"inputs[{place}].rules: there is no rule '{unknown[0]}'")
    return sorted({codes[each] for each in map(replaying.name, wanted) if each})
