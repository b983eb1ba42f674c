"""Where one value of a table, or of an input, becomes a number, a time or the name of a category."""

import math
import re
from datetime import UTC, date, datetime, time
from decimal import Decimal

from trainer.trainers import moments

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-"})
WORDS = {"true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0}
DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+")
LARGEST = 1e15
"""Numbers are cut to this size, so that no sum of them overflows."""

DAY_S = 86_400
LONGEST_SHOWN = 40


class Unreadable(ValueError):
    """The value is not of the sort that its column holds; the message says what is needed."""


def number(value: object) -> float:
    """A number, also as text with a decimal point or comma; NaN where it is missing. Raises `Unreadable`."""
    if value is None:
        return math.nan
    if isinstance(value, str):
        return _number_written(value.strip().lower())
    if not isinstance(value, bool | int | float | Decimal):
        raise Unreadable(f"a number is needed, not {shown(value)}")
    try:
        return _bounded(float(value))
    except OverflowError:
        return LARGEST if value > 0 else -LARGEST


def moment(value: object) -> float:
    """Days since 1970 in UTC of a date or time, also as text (see `moments`); NaN if missing. Raises `Unreadable`."""
    if value is None or (isinstance(value, str) and value.strip().lower() in MISSING):
        return math.nan
    if isinstance(value, str):
        value = _moment_written(value.strip())
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        raise Unreadable(f"a date such as 2026-01-31 is needed, not {shown(value)}")
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp() / DAY_S


def category(value: object) -> str | None:
    """The name by which a category is known, in lower case; None where it is missing. Raises `Unreadable`."""
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool | int | float | Decimal | date):
        return str(value).lower()
    if not isinstance(value, str):
        raise Unreadable(f"a text is needed, not {shown(value)}")
    return value.strip().lower() or None


def shown(value: object) -> str:
    """A value as an error names it, cut where it is long."""
    written = f"'{value}'" if isinstance(value, str) else str(value)
    return written if len(written) <= LONGEST_SHOWN else f"{written[:LONGEST_SHOWN]}…"


def _number_written(text: str) -> float:
    if text in MISSING:
        return math.nan
    if text in WORDS:
        return WORDS[text]
    try:
        return _bounded(float(text.replace(",", ".") if DECIMAL_COMMA.fullmatch(text) else text))
    except ValueError:
        raise Unreadable(f"a number is needed, not {shown(text)}") from None


def _bounded(value: float) -> float:
    if not math.isfinite(value):
        return math.nan
    return max(-LARGEST, min(LARGEST, value))


def _moment_written(text: str) -> datetime:
    try:
        return moments.read(text)
    except ValueError:
        raise Unreadable(f"a date such as 2026-01-31 is needed, not {shown(text)}") from None
