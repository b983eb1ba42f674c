"""Where the quality of an example is judged, in numbers and in sentences."""

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from contracts.api.feedback import Source

_TRUST = {Source.EXPERT: 0.85, Source.USER: 0.7, Source.AUTOMATED: 0.5}
_WHO = {Source.EXPERT: "an expert", Source.USER: "a user", Source.AUTOMATED: "a program"}
_AGREED = 0.05
_AGREED_AT_MOST = 0.15
_CONTRADICTED = 0.2
_CONTRADICTED_AT_MOST = 0.4
_REPEATED = 0.05
_SURE = 0.9
_UNSURE = 0.5
_SHORTEST_WORDS = 2
_LONGEST_CHARACTERS = 20_000
_IDLE_DAYS = 180
_IDLE = 0.05
_CONFIRMED_AT_MOST = 0.15
_DOUBTED_AT_MOST = {Source.EXPERT: 0.3, Source.USER: 0.45, Source.AUTOMATED: 0.45}
"""An expert of whom a model is sure that they are wrong keeps more than half of their quality: 0.85 - 0.30."""

_YOUNG = 5
"""A model that learnt from so many texts a label has half a say; one that learnt from 45, nine tenths."""

_FEW_TEXTS = 20
_LONGEST_LABEL = 60
Change = tuple[float, str]
Others = Mapping[tuple[str, str], int]
"""How many other examples of the same text there are, by label and submitter."""


@dataclass(frozen=True, slots=True)
class Belief:
    """What a classifier that did not learn from an example finds of its label; it knows each label from so many texts.

    ``p`` is the probability of the given label, at most ``p_likely``, that of the likeliest.
    """

    p: float
    likely: str
    p_likely: float
    texts_per_label: int


@dataclass(frozen=True, slots=True)
class Alike:
    """How many other examples of the same text agree, say otherwise, or were given by the same person."""

    agreeing: int = 0
    contradicting: int = 0
    repeated: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an example; ``confidence`` is the model's in the answer that was corrected.

    ``idle_days`` before the task's newest example somebody gave its label last.
    """

    source: Source
    text: str | None
    label: str | None = None
    confidence: float | None = None
    corrected: bool = False
    alike: Alike = Alike()
    belief: Belief | None = None
    idle_days: int = 0


@dataclass(frozen=True, slots=True)
class Quality:
    """From 0, worthless, to 1; the reasons say in sentences how it came about, and their numbers add up to it."""

    score: float
    reasons: tuple[str, ...]


def assess(facts: Facts) -> Quality:
    """Judge an example: it starts from trust in its source; length, other examples and models raise or lower it."""
    trust = _TRUST[facts.source]
    parts = [
        (trust, f"It comes from {_WHO[facts.source]} ({trust:.2f})."),
        *_by_length(facts.text),
        *_by_others(facts.alike),
        *_by_confidence(facts),
        *_by_belief(facts),
        *_by_idleness(facts.idle_days),
    ]
    score = min(1.0, max(0.0, total := sum(round(100 * change) for change, _ in parts) / 100))
    parts += [(score - total, f"It cannot be {'less' if total < 0 else 'more'} than {score:g} ({score - total:+.2f}).")]
    return Quality(score, tuple(sentence for _, sentence in (parts if score != total else parts[:-1])))


def compare(label: str | None, by: str, others: Others) -> Alike:
    """Count how many other examples of a text agree with a label that somebody gave, contradict it, or repeat it."""
    if label is None:
        return Alike()
    same = sum(count for (given, _), count in others.items() if given == label)
    repeated = others.get((label, by), 0) if by not in ANONYMOUS else 0
    return Alike(same - repeated, sum(others.values()) - same, repeated)


def beside(known: Facts, alike: Alike) -> Facts:
    """Add what others said of the same text."""
    return replace(known, alike=alike)


def anonymous(source: Source | str) -> str:
    """Name who gave something and did not say who they are."""
    return f"a {source} source"


ANONYMOUS = frozenset(anonymous(source) for source in Source)


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


def _by_others(alike: Alike) -> list[Change]:
    changes: list[Change] = []
    if alike.agreeing:
        change = min(_AGREED * alike.agreeing, _AGREED_AT_MOST)
        changes.append((change, f"{_of_the_same_text(alike.agreeing, 'agree')} (+{change:.2f})."))
    if alike.contradicting:
        change = min(_CONTRADICTED * alike.contradicting, _CONTRADICTED_AT_MOST)
        changes.append((-change, f"{_of_the_same_text(alike.contradicting, 'say')} otherwise (-{change:.2f})."))
    if alike.repeated:
        changes.append((-_REPEATED, f"The same person said so in {_examples(alike.repeated)} (-{_REPEATED:.2f})."))
    return changes


def _of_the_same_text(count: int, verb: str) -> str:
    return f"{_examples(count)} of the same text {verb}{'s' if count == 1 else ''}"


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


def _by_belief(facts: Facts) -> list[Change]:
    """Weigh the given label's probability against the likeliest's; what matters below is how many times smaller it is.

    Where there are many labels, even a right one may get a tenth; a wrong one gets a thousandth (measured in
    `bench/quality.py`: the root of the ratio finds wrong labels better than the difference does).
    """
    belief = facts.belief
    if belief is None:
        return []
    doubt = 1 - math.sqrt(min(1.0, belief.p / belief.p_likely)) if belief.p_likely else 0.0
    said = _CONFIRMED_AT_MOST * belief.p - _DOUBTED_AT_MOST[facts.source] * doubt
    change = round(said * belief.texts_per_label / (belief.texts_per_label + _YOUNG), 2) + 0.0
    return [(change, _believed(facts.label or "", belief, change))]


def _believed(label: str, belief: Belief, change: float) -> str:
    young = belief.texts_per_label < _FEW_TEXTS
    known = f", knowing labels from {belief.texts_per_label} texts each," if young else ""
    given = f"The model, trained without it{known or ','} gives {_quoted(label)} {belief.p:.2f}"
    other = "" if belief.likely == label else f" and {_quoted(belief.likely)} {belief.p_likely:.2f}"
    return f"{given}{other} ({change:+.2f})."


def _quoted(label: str) -> str:
    return f"'{label}'" if len(label) <= _LONGEST_LABEL else f"'{label[: _LONGEST_LABEL - 1]}…'"


def _by_idleness(days: int) -> list[Change]:
    if days < _IDLE_DAYS:
        return []
    return [(-_IDLE, f"Nobody gave its label in the last {days:,} days of this task (-{_IDLE:.2f}).")]
