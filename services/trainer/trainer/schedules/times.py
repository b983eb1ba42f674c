"""Where the times of a schedule are worked out: pure functions of its cron expression, its zone and a moment."""

from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from contracts.errors import InvalidInput

SHOWN = 5
_FIELDS = 5


def check(cron: str, timezone: str, now: datetime) -> None:
    """Raise `InvalidInput` for an expression that cannot be read or has no next time, or an unknown zone."""
    zone = _zone(timezone)
    if len(cron.split()) != _FIELDS:
        raise InvalidInput.at("cron", "needs five fields: minute, hour, day of month, month, day of week")
    try:
        first = next(CronSim(cron, now.astimezone(zone)), None)
    except CronSimError as wrong:
        raise InvalidInput.at("cron", f"cannot be read: {str(wrong)[:1].lower()}{str(wrong)[1:]}") from wrong
    if first is None:
        raise InvalidInput.at("cron", "has no time in the next fifty years")


def following(cron: str, timezone: str, after: datetime, count: int = SHOWN) -> list[datetime]:
    """Give the next times after a moment, in UTC.

    At a change of clocks a time in the skipped hour comes at its end, one in the repeated hour comes once; that is
    cronsim's, and Debian cron's, rule.
    """
    times = islice(CronSim(cron, after.astimezone(_zone(timezone))), count)
    return [time.astimezone(UTC) for time in times]


def _zone(timezone: str) -> ZoneInfo:
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise InvalidInput.at("timezone", f"{timezone!r} is no zone such as 'Europe/Berlin' or 'UTC'") from unknown
