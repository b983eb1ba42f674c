"""Where dates are shown to be read however they are written, unless they may mean two days."""

from datetime import datetime

import pytest

from trainer.trainers import moments


@pytest.mark.parametrize(
    "written", ["2026-01-31", "31.1.2026", " 31.01.2026 ", "2026/1/31", "2026.01.31", "20260131", "31.01.2026 00:00"]
)
def test_a_date_is_read_however_it_is_written(written: str) -> None:
    assert moments.read(written) == datetime(2026, 1, 31)  # noqa: DTZ001 (none is written)


@pytest.mark.parametrize("written", ["1.2.2026 8:05", "2026/02/01T08:05", "2026-02-01 08:05"])
def test_a_time_of_day_may_follow(written: str) -> None:
    assert moments.read(written) == datetime(2026, 2, 1, 8, 5)  # noqa: DTZ001 (none is written)


@pytest.mark.parametrize(
    "written", ["1/2/2026", "31.13.2026", "32.1.2026", "1.2.26", "1.2.20261", "2026/1.2", "2026", "soon", ""]
)
def test_what_may_mean_two_days_or_none_is_not_read(written: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        moments.read(written)
