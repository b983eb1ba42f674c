"""Where the fields of inputs are counted: what kinds of values they have, their numbers, and their categories."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from heapq import nsmallest
from typing import Any

from feedback.drift import buckets

MOST_FIELDS = 50
"""Of more fields in a day, those are watched whose hashes come first: the same ones every day."""

Place = tuple[str, str, int]
"""A feature, a field, and the number of a bucket."""

_LONGEST_NAME = 100
_LONGEST_CATEGORY = 60
_NUMBER, _CATEGORY, _TEXT, _NESTED, _NULL = range(5)


def of(inputs: Iterable[Mapping[str, Any]]) -> Counter[Place]:
    """Count the fields of inputs; the member ``text`` is counted as text elsewhere."""
    columns: defaultdict[str, list[Any]] = defaultdict(list)
    for each in inputs:
        for name, value in each.items():
            columns[name].append(value)
    columns.pop("text", None)
    names = [name for name in columns if len(name) <= _LONGEST_NAME]
    watched = names if len(names) <= MOST_FIELDS else nsmallest(MOST_FIELDS, names, key=_hash)
    counted: Counter[Place] = Counter()
    for name in watched:
        _count(counted, name, columns[name])
    return counted


@lru_cache(maxsize=10_000)
def _hash(name: str) -> bytes:
    """Give the hash by which Postgres chooses among fields, too."""
    return sha256(name.encode()).digest()


def _count(counted: Counter[Place], name: str, values: Sequence[Any]) -> None:
    sorts: defaultdict[type, list[Any]] = defaultdict(list)
    for value in values:
        sorts[type(value)].append(value)
    for sort, found in sorts.items():
        if sort is int or sort is float:
            counted["kind", name, _NUMBER] += len(found)
            for number in found:
                counted["number", name, buckets.number(number)] += 1
        elif sort is str or sort is bool:
            _count_words(counted, name, found)
        else:
            counted["kind", name, _NULL if sort is type(None) else _NESTED] += len(found)


def _count_words(counted: Counter[Place], name: str, found: Iterable[str | bool]) -> None:
    for value, count in Counter(map(str, found)).items():
        if len(value) > _LONGEST_CATEGORY:
            counted["kind", name, _TEXT] += count
        else:
            counted["kind", name, _CATEGORY] += count
            counted["value", name, buckets.hashed(value, buckets.VALUES)] += count
