"""Where times are read as people write them: a date, a time, or how long ago."""

import re
from datetime import UTC, datetime, timedelta

from contracts.errors import InvalidInput

_AGO = re.compile(r"(\d{1,6})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(said: str | None, option: str) -> datetime | None:
    """Read a time such as 2026-01-31T12:30, or 90m for so long ago; raises `InvalidInput`."""
    if said is None:
        return None
    try:
        if ago := _AGO.fullmatch(said):
            return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        read = datetime.fromisoformat(said)
        return (read if read.tzinfo else read.astimezone()).astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        reason = f"{said!r} is neither a time, such as 2026-01-31T12:30, nor how long ago, such as 90m, 12h or 7d"
        raise InvalidInput.at(option, reason) from wrong
