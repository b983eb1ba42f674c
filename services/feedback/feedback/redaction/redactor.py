"""Where rules are carried out on texts and on values of any shape."""

import hmac
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from contracts import reasons
from contracts.api.redaction import Detector, RedactionAction, RedactionRule
from contracts.problem import FieldProblem
from feedback.redaction import engine
from feedback.redaction.detectors import LOOKS, SECRETIVE, Look
from feedback.redaction.engine import Pattern

DEEPEST = 250
_SHORTEST_CARD = 10**12
_LONGEST = 200_000
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_HASHED = 16


@dataclass(frozen=True, slots=True)
class _Finder:
    rule: RedactionRule
    look: Look
    pattern: Pattern

    @property
    def mark(self) -> str:
        return f"[{self.rule.label}]" if self.rule.replacement is None else self.rule.replacement

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        last = 0
        for match in self.pattern.finditer(text) if self.look.hint(text) else ():
            start, end = match.span()
            if start >= last and (end := self.look.check(text, start, end)) > start:
                yield start, end
                last = end


@dataclass(frozen=True, slots=True)
class Redactor:
    """Rules that belong together, with the tenant's key for hashes; it counts what it finds."""

    finders: tuple[_Finder, ...]
    key: bytes
    found: Counter[str] = field(default_factory=Counter[str])

    def of_task(self, task: str | None) -> "Redactor | None":
        """Give what is to be done to what belongs to a task, or None where nothing is."""
        finders = self.finders
        if any(each.rule.task for each in finders):
            finders = tuple(each for each in finders if each.rule.task in {None, task})
        return Redactor(finders, self.key, self.found) if finders else None

    def text(self, text: str) -> str:
        """Take out of a text what the rules find, one after another."""
        for finder in self.finders:
            if finder.look.hint(text):
                text = self._without(finder, text)
        return text

    def identifier(self, text: str) -> str:
        """Put a hash for a name in which the rules find something, whatever they do: it still tells people apart."""
        for finder in self.finders:
            if next(finder.places(text), None):
                self.found[finder.rule.label] += 1
                return self._hash(finder, text)
        return text

    def value(self, value: object, depth: int = 0) -> Any:  # noqa: ANN401 (JSON, as it came)
        """Take what the rules find out of all texts in a JSON value; raises `ValueError` if it is nested too deep."""
        if isinstance(value, str):
            return self.text(value)
        if type(value) is int:
            return self._number(value)
        if not isinstance(value, dict | list):
            return value
        if depth == DEEPEST:
            message = f"cannot be stored: nested deeper than {DEEPEST} levels"
            raise ValueError(message)
        if isinstance(value, list):
            return [self.value(each, depth + 1) for each in cast("list[object]", value)]
        return self._members(cast("dict[str, object]", value), depth)

    def _members(self, value: dict[str, object], depth: int) -> dict[str, object]:
        secret = next((each for each in self.finders if each.rule.detector is Detector.SECRET), None)
        redacted: dict[str, object] = {}
        for name, each in value.items():
            kept = unique = self.text(name)
            while unique in redacted:
                unique = f"{kept} {len(redacted) + 1}"
            if secret and isinstance(each, str) and name.lower().replace("-", "_") in SECRETIVE:
                redacted[unique] = self._mark(secret, each)
            else:
                redacted[unique] = self.value(each, depth + 1)
        return redacted

    def _number(self, number: int) -> object:
        """Take out a card's number that was sent as a number; all other numbers are measurements, and stay."""
        cards = [each for each in self.finders if each.rule.detector is Detector.CARD]
        if not cards or number < _SHORTEST_CARD:
            return number
        written = self._without(cards[0], str(number))
        return number if written == str(number) else written

    def _without(self, finder: _Finder, text: str) -> str:
        parts, last = list[str](), 0
        for start, end in finder.places(text):
            if finder.rule.action is RedactionAction.DROP:
                return self._mark(finder, text)
            parts += (text[last:start], self._mark(finder, text[start:end]))
            last = end
        if not last:
            return text
        redacted = "".join((*parts, text[last:]))
        return redacted if len(redacted) <= max(len(text), _LONGEST) else finder.mark

    def _mark(self, finder: _Finder, found: str) -> str:
        self.found[finder.rule.label] += 1
        return self._hash(finder, found) if finder.rule.action is RedactionAction.HASH else finder.mark

    def _hash(self, finder: _Finder, found: str) -> str:
        """Write a keyed hash in letters alone, in which no rule about numbers finds anything again."""
        digest = hmac.digest(self.key, found.encode(errors="replace"), "sha256").hex()
        return f"[{finder.rule.label}:{digest[:_HASHED].translate(_LETTERS)}]"


def of(rules: Sequence[RedactionRule], key: bytes) -> Redactor:
    """Compile the rules that are switched on; raises `InvalidInput` that names each pattern that cannot be used."""
    finders, wrong = list[_Finder](), list[FieldProblem]()
    for index, rule in enumerate(rules):
        look = LOOKS[rule.detector] if rule.detector else Look(rule.pattern or "")
        try:
            finders.append(_Finder(rule, look, engine.compiled(look.pattern)))
        except ValueError as unusable:
            wrong.append(FieldProblem(field=f"rules.{index}.pattern", reason=f"cannot be used: {unusable}"))
    if wrong:
        raise reasons.refusing(wrong)
    return Redactor(tuple(each for each in finders if each.rule.enabled), key)
