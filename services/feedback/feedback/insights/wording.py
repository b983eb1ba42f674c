"""Where it is found out which words come with corrected answers: pure, from texts alone.

Log-odds ratios with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008, Fightin' Words, section 3.5.1):
the prior is how frequent each word is in all texts together, worth `_PRIOR` words in all. Each text counts a word once,
so that one long text cannot make a pattern.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import pairwise

from contracts.api.insights import Pattern

LONGEST = 400
"""Characters of a text that are looked at; what it is about is mostly said by then."""

_PRIOR = 500.0
_LEAST_TEXTS = 4
_LEAST_Z = 3.0
_MOSTLY = 0.9
_WORD = re.compile(r"[^\W\d_][\w'-]*")


def patterns(corrected: Sequence[str], accepted: Sequence[str], *, most: int = 10) -> list[Pattern]:
    """Give the words and pairs of words that are much more frequent in corrected texts, the surest first."""
    here, there = _counts(corrected), _counts(accepted)
    if not here or not there:
        return []
    totals, both = (here.total(), there.total()), here + there
    scored = [
        _scored(words, (count, there[words]), totals, _PRIOR * both[words] / both.total())
        for words, count in here.items()
        if count >= _LEAST_TEXTS
    ]
    surest = sorted(
        (each for each in scored if each.z >= _LEAST_Z), key=lambda each: (-each.z, -len(each.words), each.words)
    )
    return _without_parts(surest, most)


def _scored(words: str, counts: tuple[int, int], totals: tuple[int, int], prior: float) -> Pattern:
    odds = [
        math.log((count + prior) / max(1.0, total + _PRIOR - count - prior))
        for count, total in zip(counts, totals, strict=True)
    ]
    variance = sum(1 / (count + prior) for count in counts)
    difference = odds[0] - odds[1]
    return Pattern(
        words=words,
        corrected=counts[0],
        accepted=counts[1],
        log_odds=round(difference, 3),
        z=round(difference / math.sqrt(variance), 2),
    )


def _counts(texts: Iterable[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text in texts:
        words = _WORD.findall(text[:LONGEST].casefold())
        counts.update({*words, *map(" ".join, pairwise(words))})
    return counts


def _without_parts(found: Sequence[Pattern], most: int) -> list[Pattern]:
    """Leave out a word that hardly comes without another, and a pair that says no more than one before it."""
    oftenest: dict[str, int] = {}
    for each in found:
        for word in _pair(each):
            oftenest[word] = max(oftenest.get(word, 0), each.corrected)
    kept: list[Pattern] = []
    for each in found:
        if len(kept) == most:
            break
        covered = any(map(partial(_covers, each), kept)) if _pair(each) else _hides(oftenest.get(each.words, 0), each)
        if not covered:
            kept.append(each)
    return kept


def _pair(each: Pattern) -> list[str]:
    """Give the words of a pair; of a single word, none."""
    return each.words.split() if " " in each.words else []


def _covers(each: Pattern, other: Pattern) -> bool:
    return bool({*_pair(each)} & {*_pair(other)}) and _hides(other.corrected, each)


def _hides(corrected: int, each: Pattern) -> bool:
    return corrected >= each.corrected * _MOSTLY
