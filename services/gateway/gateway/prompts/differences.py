"""Where it is told how two texts differ: as a unified diff, in numbers, and word by word."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Literal, NamedTuple

from contracts.api.prompt import Differences, DiffLine, Part
from gateway.prompts.aligning import Budget, Pairs, align

STEPS = 400_000
"""A fifth of a second; where more would be needed, text is told as replaced."""

MOST_LINES = 2_000
_AROUND = 3
_SIGNS = {"same": " ", "removed": "-", "added": "+"}
_WORD = re.compile(r"\w+|\s|[^\w\s]")
_VISIBLE = re.compile(r"\w+|[^\w\s]")


class _Entry(NamedTuple):
    """A line of the old text, of the new one, or of both, by its places there."""

    old: int | None
    new: int | None

    @property
    def kind(self) -> Literal["same", "removed", "added"]:
        if self.new is None:
            return "removed"
        return "added" if self.old is None else "same"


class _Told(NamedTuple):
    """A line with its words, and which of them changed."""

    entry: _Entry
    words: Sequence[str]
    changed: Sequence[bool]


@dataclass(frozen=True, slots=True)
class _Texts:
    old: list[str]
    new: list[str]

    def line(self, entry: _Entry) -> str:
        return self.new[entry.new] if entry.new is not None else self.old[entry.old or 0]


def compare(old: str, new: str) -> Differences:
    """Compare two texts; texts of 200,000 characters take less than a second, whatever they are."""
    texts, budget = _Texts(_lines(old), _lines(new)), Budget(STEPS)
    entries = list(_entries(texts, align(texts.old, texts.new, budget)))
    hunks = list(_hunks(entries))
    shown = list(islice(chain.from_iterable(hunks), MOST_LINES))
    left_out = list(islice(chain.from_iterable(hunks), MOST_LINES, None))
    told = list(_told(shown, texts, budget))
    return Differences(
        unified="".join(line for hunk in hunks for line in _unified(hunk, texts)),
        added=sum(entry.old is None for entry in entries),
        removed=sum(entry.new is None for entry in entries),
        words_added=_changed_words(told, "added") + _words(left_out, texts, "added"),
        words_removed=_changed_words(told, "removed") + _words(left_out, texts, "removed"),
        lines=tuple(map(_shown, told)),
        lines_left_out=len(left_out),
        coarse=budget.exceeded or bool(left_out),
    )


def _lines(text: str) -> list[str]:
    """Only a line feed ends a line; Python would end one at other characters too."""
    return list(io.StringIO(text, newline="\n"))


def _entries(texts: _Texts, pairs: Pairs) -> Iterator[_Entry]:
    old, new = 0, 0
    for place, other in (*pairs, (len(texts.old), len(texts.new))):
        yield from (_Entry(line, None) for line in range(old, place))
        yield from (_Entry(None, line) for line in range(new, other))
        if place < len(texts.old):
            yield _Entry(place, other)
        old, new = place + 1, other + 1


def _hunks(entries: list[_Entry]) -> Iterator[list[_Entry]]:
    """Give what changed with a few lines around it; what is near one another is one hunk."""
    begin, end = 0, 0
    for place, entry in enumerate(entries):
        if None not in entry:
            continue
        is_far = place - _AROUND > end
        if is_far and end:
            yield entries[begin:end]
        if is_far or not end:
            begin = max(0, place - _AROUND)
        end = place + _AROUND + 1
    if end:
        yield entries[begin:end]


def _told(shown: list[_Entry], texts: _Texts, budget: Budget) -> Iterator[_Told]:
    for is_same, run in groupby(shown, key=lambda entry: None not in entry):
        if is_same:
            yield from (_Told(entry, [texts.line(entry)], [False]) for entry in run)
        else:
            yield from _reworded(list(run), texts, budget)


def _reworded(run: list[_Entry], texts: _Texts, budget: Budget) -> Iterator[_Told]:
    """Find out which words of neighbouring lines changed, wherever their lines are broken."""
    split = [(entry, _WORD.findall(texts.line(entry))) for entry in run]
    old = [word for entry, words in split for word in words if entry.new is None]
    new = [word for entry, words in split for word in words if entry.old is None]
    pairs = align(old, new, budget)
    kept_old, kept_new = {place for place, _ in pairs}, {place for _, place in pairs}
    changed_old = iter(_joined(old, [place not in kept_old for place in range(len(old))]))
    changed_new = iter(_joined(new, [place not in kept_new for place in range(len(new))]))
    for entry, words in split:
        yield _Told(entry, words, list(islice(changed_old if entry.new is None else changed_new, len(words))))


def _joined(words: Sequence[str], changed: Sequence[bool]) -> list[bool]:
    """Let the space between two changed words count as changed: it reads better."""
    around = zip((False, *changed), changed, (*changed[1:], False), words, strict=False)
    return [is_changed or (before and after and word.isspace()) for before, is_changed, after, word in around]


def _changed_words(told: Iterable[_Told], kind: str) -> int:
    return sum(
        is_changed and not word.isspace()
        for each in told
        if each.entry.kind == kind
        for word, is_changed in zip(each.words, each.changed, strict=True)
    )


def _words(left_out: Iterable[_Entry], texts: _Texts, kind: str) -> int:
    return sum(len(_VISIBLE.findall(texts.line(entry))) for entry in left_out if entry.kind == kind)


def _shown(told: _Told) -> DiffLine:
    pieces = groupby(zip(told.words, told.changed, strict=True), key=itemgetter(1))
    parts = tuple(Part(text="".join(word for word, _ in piece), changed=changed) for changed, piece in pieces)
    old, new = told.entry
    return DiffLine(
        kind=told.entry.kind,
        from_line=None if old is None else old + 1,
        to_line=None if new is None else new + 1,
        parts=parts,
    )


def _unified(hunk: list[_Entry], texts: _Texts) -> Iterator[str]:
    yield f"@@ -{_range(hunk, 0)} +{_range(hunk, 1)} @@\n"
    for entry in hunk:
        line = texts.line(entry)
        yield _SIGNS[entry.kind] + line
        if not line.endswith("\n"):
            yield "\n\\ No newline at end of file\n"


def _range(hunk: list[_Entry], side: int) -> str:
    """Where a hunk begins and how many lines it has; without any, the line before is named."""
    places = [entry[side] for entry in hunk if entry[side] is not None]
    return f"{(places[0] or 0) + 1},{len(places)}" if places else "0,0"
