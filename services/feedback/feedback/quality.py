"""Where the quality of an example is judged, in numbers and in sentences."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from contracts.api.feedback import Source

_TRUST = {Source.EXPERT: 0.85, Source.USER: 0.7, Source.AUTOMATED: 0.5}
_WHO = {Source.EXPERT: "an expert", Source.USER: "a user", Source.AUTOMATED: "a program"}
_AGREED = 0.05
_AGREED_AT_MOST = 0.15
_CONTRADICTED = 0.2
_CONTRADICTED_AT_MOST = 0.4
_SURE = 0.9
_UNSURE = 0.5
_SHORTEST_WORDS = 2
_LONGEST_CHARACTERS = 20_000
Change = tuple[float, str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an example; ``confidence`` is the model's in the answer that was corrected.

    ``agreeing`` and ``contradicting`` count other examples of the same text with the same or another label.
    """

    source: Source
    text: str | None
    confidence: float | None = None
    corrected: bool = False
    agreeing: int = 0
    contradicting: int = 0


@dataclass(frozen=True, slots=True)
class Quality:
    """From 0, worthless, to 1; the reasons say in sentences how it came about."""

    score: float
    reasons: tuple[str, ...]


def assess(facts: Facts) -> Quality:
    """Judge an example: it starts from trust in its source; length, other examples and the model raise or lower it."""
    trust = _TRUST[facts.source]
    parts = [
        (trust, f"It comes from {_WHO[facts.source]} ({trust:.2f})."),
        *_by_length(facts.text),
        *_by_others(facts),
        *_by_confidence(facts),
    ]
    score = round(min(1.0, max(0.0, sum(change for change, _ in parts))), 4)
    return Quality(score, tuple(sentence for _, sentence in parts))


def compare(label: str | None, others: Mapping[str, int]) -> tuple[int, int]:
    """Count how many other examples, given by label, agree with a label and how many contradict it."""
    if label is None:
        return 0, 0
    agreeing = others.get(label, 0)
    return agreeing, sum(others.values()) - agreeing


def likeness(text: str | None) -> bytes | None:
    """Give the same 16 bytes for texts that differ in case, punctuation and spaces alone; None for no text."""
    words = re.findall(r"\w+", text.casefold()) if text else []
    return hashlib.sha256(" ".join(words).encode()).digest()[:16] if words else None


def _by_length(text: str | None) -> list[Change]:
    if text is None:
        return []
    if len(text.split()) < _SHORTEST_WORDS:
        return [(-0.2, "The text is a single word, which tells little (-0.20).")]
    if len(text) > _LONGEST_CHARACTERS:
        return [(-0.1, f"The text is longer than {_LONGEST_CHARACTERS:,} characters (-0.10).")]
    return []


def _by_others(facts: Facts) -> list[Change]:
    changes: list[Change] = []
    if facts.agreeing:
        change = min(_AGREED * facts.agreeing, _AGREED_AT_MOST)
        changes.append((change, f"{_examples(facts.agreeing)} of the same text agree (+{change:.2f})."))
    if facts.contradicting:
        change = min(_CONTRADICTED * facts.contradicting, _CONTRADICTED_AT_MOST)
        changes.append((-change, f"{_examples(facts.contradicting)} of the same text say otherwise (-{change:.2f})."))
    return changes


def _examples(count: int) -> str:
    return "1 other example" if count == 1 else f"{count:,} other examples"


def _by_confidence(facts: Facts) -> list[Change]:
    if facts.confidence is None or not facts.corrected:
        return []
    if facts.confidence >= _SURE:
        return [(-0.1, f"The model was sure of another answer ({facts.confidence:.0%}, -0.10).")]
    if facts.confidence <= _UNSURE:
        return [(0.05, f"The model was unsure itself ({facts.confidence:.0%}, +0.05).")]
    return []
