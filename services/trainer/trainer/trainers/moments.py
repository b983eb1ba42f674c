"""Where a date or time written as text is read, if it can be read in one way only."""

import re
from datetime import datetime

_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?!\d)(?P<clock>.*)")
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?P<mark>[/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)(?P<clock>.*)")
_ONE_DIGIT = re.compile(r"^[T ]+(?=\d:)")


def read(written: str) -> datetime:
    """A date or time as ISO 8601 has it, or with the date as in 31.1.2026, 2026.1.31 or 2026/1/31.

    It has a zone only if one is written. Raises `ValueError` for all else, such as 1/2/2026, which is in January in
    some places and in February in others.
    """
    bare = written.strip()
    found = _DAY_FIRST.fullmatch(bare) or _YEAR_FIRST.fullmatch(bare)
    if found is None:
        return datetime.fromisoformat(bare)
    year, month, day = (int(found[part]) for part in ("year", "month", "day"))
    clock = _ONE_DIGIT.sub(" 0", found["clock"])
    return datetime.fromisoformat(f"{year:04}-{month:02}-{day:02}{clock}")
