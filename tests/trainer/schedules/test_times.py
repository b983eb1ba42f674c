"""Where the times of schedules are tried, across changes of clocks and with nonsense."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import InvalidInput
from trainer.schedules import times

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTES = st.integers(0, 59)
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])


def written(cron: str, timezone: str, after: datetime, count: int = 3) -> list[str]:
    return [time.strftime("%m-%d %H:%M") for time in times.following(cron, timezone, after, count)]


def test_times_are_read_in_their_zone_and_given_in_utc() -> None:
    assert written("30 9 * * mon", "Asia/Kathmandu", NOW) == ["11-23 03:45", "11-30 03:45", "12-07 03:45"]


def test_a_time_in_the_hour_that_the_clocks_skip_comes_at_its_end() -> None:
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)

    assert written("30 2 * * *", "Europe/Berlin", before) == ["03-29 01:00", "03-30 00:30", "03-31 00:30"]


def test_a_time_in_the_hour_that_the_clocks_repeat_comes_once() -> None:
    before = datetime(2026, 10, 24, 12, tzinfo=UTC)

    assert written("30 2 * * *", "Europe/Berlin", before) == ["10-25 00:30", "10-26 01:30", "10-27 01:30"]


@given(minute=MINUTES, hour=st.integers(0, 23), zone=ZONES, days=st.integers(0, 800))
def test_a_daily_time_comes_once_a_day_whatever_the_clocks_do(minute: int, hour: int, zone: str, days: int) -> None:
    coming = times.following(f"{minute} {hour} * * *", zone, NOW + timedelta(days=days), 10)

    assert all(timedelta(hours=22) <= later - time <= timedelta(hours=26) for time, later in pairwise(coming))


@pytest.mark.parametrize(
    ("cron", "timezone", "refusal"),
    [
        ("61 * * * *", "UTC", "cron: cannot be read: bad minute"),
        ("* * * *", "UTC", "cron: needs five fields"),
        ("* * * * * *", "UTC", "cron: needs five fields"),
        ("0 0 31 2 *", "UTC", "cron: "),
        ("every day at nine", "UTC", "cron: "),
        ("0 3 * * mon", "Mars/Olympus", "timezone: 'Mars/Olympus' is no zone"),
        ("0 3 * * mon", "../../etc/passwd", "timezone: "),
        ("0 3 * * mon", "", "timezone: "),
    ],
)
def test_what_is_no_time_is_refused_by_field(cron: str, timezone: str, refusal: str) -> None:
    with pytest.raises(InvalidInput, match=refusal):
        times.check(cron, timezone, NOW)
