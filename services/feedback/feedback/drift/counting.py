"""Where served answers are counted as shapes: pure counting in whole numbers, so that order and batches cannot matter.

What is counted of a task and a day is bounded: texts in 256 buckets of words and some 150 of lengths, 50 fields with at
most 841 buckets each, and of each version's outputs 512 buckets of labels, 10 of confidence and 2 of errors.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import orjson

from feedback.drift import buckets, fields, texts
from feedback.store.inferences import NewRow
from feedback.store.shapes import Bucket

Counts = dict[Bucket, int]


class _Day(NamedTuple):
    tenant: str
    task: str
    day: date


def of(served: Iterable[NewRow]) -> Counts:
    """Count what came in and what went out; outputs by version."""
    days: defaultdict[_Day, list[NewRow]] = defaultdict(list)
    for row in served:
        days[_Day(row.tenant, row.task, row.occurred_at.date())].append(row)
    counts: Counts = {}
    for day, rows in days.items():
        _add(counts, day, "", _inputs([orjson.loads(row.input) for row in rows if row.input is not None]))
        for version_id, served_by in _by_version(rows).items():
            _add(counts, day, version_id, _outputs(served_by))
    return counts


def days_with_fields(counts: Counts) -> set[tuple[str, str, date]]:
    """Give the days of tasks in which fields were counted."""
    return {(bucket.tenant, bucket.task, bucket.day) for bucket in counts if bucket.feature == "kind"}


def _by_version(rows: Iterable[NewRow]) -> dict[str, list[NewRow]]:
    by_version: defaultdict[str, list[NewRow]] = defaultdict(list)
    for row in rows:
        by_version[row.version_id or ""].append(row)
    return by_version


def _inputs(inputs: list[Any]) -> Counter[fields.Place]:
    """Count inputs: a text, or named values of which the member ``text`` is one."""
    members: list[dict[str, Any]] = [each for each in inputs if isinstance(each, dict)]
    written = [each for each in inputs if isinstance(each, str)]
    written += [text for each in members if isinstance(text := each.get("text"), str)]
    counted = texts.of(written) if written else Counter[fields.Place]()
    if members:
        counted.update(fields.of(members))
    if inputs:
        counted["input", "", 0] = len(inputs) - len(members)
        counted["input", "", 1] = len(members)
    return counted


def _outputs(rows: list[NewRow]) -> Counter[fields.Place]:
    counted: Counter[fields.Place] = Counter()
    for label, count in Counter(row.label for row in rows if row.label is not None).items():
        counted["label", "", buckets.hashed(label, buckets.VALUES)] += count
    tenths = Counter(buckets.tenth(row.confidence) for row in rows if row.confidence is not None)
    counted.update({("confidence", "", tenth): count for tenth, count in tenths.items()})
    failed = sum(row.error is not None for row in rows)
    counted["error", "", 1], counted["error", "", 0] = failed, len(rows) - failed
    return counted


def _add(counts: Counts, day: _Day, version_id: str, counted: Counter[fields.Place]) -> None:
    for (feature, field, number), count in counted.items():
        if count:
            counts[Bucket(*day, feature, field, version_id, number)] = count
