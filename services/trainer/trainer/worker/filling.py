"""Where parameters that nobody gave are filled in from the platform's settings."""

from datetime import date
from typing import Any

_START = "start_date"


def filled(kind: str, parameters: dict[str, Any], months: int, today: date) -> dict[str, Any]:
    """Give a forecast that names no start of its history so many months of it; 0 means all of it."""
    if kind != "forecast" or not months or parameters.get(_START):
        return parameters
    return parameters | {_START: months_before(today, months).isoformat()}


def months_before(day: date, months: int) -> date:
    """Give the first day of the month so many months before."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)
