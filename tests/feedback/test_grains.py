"""Where it is tried that any time is covered by the longest stretches there are, and series stay short."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from contracts.api.metrics import Period
from contracts.errors import InvalidInput
from feedback.metrics import grains, periods
from feedback.metrics.grains import Kept
from feedback.metrics.periods import Asked, Window
from feedback.store.sums import Grain

NOW = datetime(2026, 3, 10, 10, 59, 30, tzinfo=UTC)
KEPT = Kept()
minutes = some.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)).map(  # noqa: DTZ001 (the zone comes next)
    lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
)


@given(minutes, minutes)
def test_the_pieces_of_a_time_follow_one_another_without_gap_or_overlap(one: datetime, other: datetime) -> None:
    since, until = min(one, other), max(one, other) + timedelta(minutes=1)

    pieces = grains.cover(since, until)

    ends = [since, *(piece.until for piece in pieces)]
    assert [piece.since for piece in pieces] == ends[:-1]
    assert ends[-1] == until
    assert all(grains.whole(each, Grain(piece.grain)) == each for piece in pieces for each in piece[1:])
    assert len(pieces) <= 7


def test_a_long_time_is_covered_by_months_with_shorter_stretches_at_its_edges() -> None:
    since, until = datetime(2026, 1, 30, 22, 58, tzinfo=UTC), datetime(2026, 4, 2, 1, 2, tzinfo=UTC)

    pieces = grains.cover(since, until)

    assert [piece.grain for piece in pieces] == ["minute", "hour", "day", "month", "day", "hour", "minute"]


def test_all_time_is_months_alone_and_no_time_is_nothing() -> None:
    assert [piece.grain for piece in Window(None, None).pieces()] == ["month"]
    assert Window(NOW, NOW).pieces() == ()


@pytest.mark.parametrize(
    ("ago", "begins"),
    [
        (timedelta(hours=1), datetime(2026, 3, 10, 9, 59, tzinfo=UTC)),
        (timedelta(days=3), datetime(2026, 3, 7, 10, tzinfo=UTC)),
        (timedelta(days=100), datetime(2025, 11, 30, tzinfo=UTC)),
    ],
)
def test_a_time_begins_a_little_earlier_where_minutes_and_hours_are_gone(ago: timedelta, begins: datetime) -> None:
    assert periods.window(Asked(Period.DAY, NOW - ago), NOW, KEPT).since == begins


def test_a_time_ends_with_the_stretch_that_its_end_lies_in() -> None:
    recent = periods.window(Asked(Period.DAY, None, NOW), NOW, KEPT)
    old = periods.window(Asked(Period.DAY, None, NOW - timedelta(days=100)), NOW, KEPT)

    assert (recent.until, old.until) == (datetime(2026, 3, 10, 11, tzinfo=UTC), datetime(2025, 12, 1, tzinfo=UTC))


def test_a_time_that_ends_before_it_begins_is_refused_by_name() -> None:
    with pytest.raises(InvalidInput, match="to: must be later than from"):
        periods.window(Asked(Period.DAY, NOW, NOW), NOW, KEPT)


@given(minutes, minutes)
def test_a_series_has_some_hundreds_of_points_at_most(one: datetime, other: datetime) -> None:
    window = Window(min(one, other), max(one, other))
    length = {Grain.MINUTE: 60, Grain.HOUR: 3600, Grain.DAY: 86_400, Grain.MONTH: 2_419_200}

    step = periods.step(window, None, NOW, KEPT)

    assert (max(one, other) - min(one, other)).total_seconds() / length[step] <= 401


def test_a_time_is_compared_with_the_week_of_whole_days_before_its_first_and_else_with_that_day_so_far() -> None:
    midnight = datetime(2026, 3, 10, tzinfo=UTC)
    window = periods.window(Asked(Period.HOUR), NOW, KEPT)

    before = periods.before(window)

    assert before == (Window(midnight - timedelta(days=7), midnight), Window(midnight, window.since))
    assert {piece.grain for piece in before[0].pieces()} == {"day"}


@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC), NOW])
def test_the_ends_of_time_can_be_asked_about(at: datetime) -> None:
    window = periods.window(Asked(Period.DAY, at), NOW, KEPT)

    assert list(window.pieces()) == sorted(window.pieces(), key=lambda piece: piece.since)
    assert periods.before(Window(grains.ALWAYS, None)) == ()
