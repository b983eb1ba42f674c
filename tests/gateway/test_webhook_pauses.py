"""Where it is tried how long failed deliveries wait, and when a webhook is given up."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from contracts.api.webhook import DeliveryStatus
from gateway.store.webhooks import Failing
from gateway.webhooks import pauses
from gateway.webhooks.pauses import Patience

PATIENCE = Patience(tries=8, first_pause_s=10, failures=10, failing_s=3600)


def test_pauses_grow_from_seconds_to_hours_and_end() -> None:
    found = [pauses.after_failure(PATIENCE, tries, 0.5) for tries in range(1, 9)]

    assert [round(each.pause_s or 0) for each in found] == [10, 40, 160, 640, 2560, 10240, 40960, 0]
    assert [each.status for each in found[-2:]] == [DeliveryStatus.WAITING, DeliveryStatus.FAILED]


@given(st.integers(1, 19), st.floats(0, 1))
def test_no_pause_is_longer_than_half_a_day_and_a_bit(tries: int, chance: float) -> None:
    following = pauses.after_failure(Patience(20, 60, 10, 0), tries, chance)

    assert following.pause_s is not None
    assert 60 * 0.8 <= following.pause_s <= 12 * 3600 * 1.2


def test_pauses_are_spread_so_that_what_failed_together_does_not_come_back_together() -> None:
    shortest, longest = (pauses.after_failure(PATIENCE, 1, chance).pause_s for chance in (0, 1))

    assert (shortest, longest) == (8, 12)


def test_only_what_failed_often_and_for_long_is_hopeless() -> None:
    def failing(failures: int, lasted_s: float) -> Failing:
        return Failing("https://x", "", failures, datetime(2026, 1, 1, tzinfo=UTC), lasted_s)

    burst, rare, hopeless = failing(1000, 60), failing(9, 86_400), failing(10, 3600)

    assert [pauses.is_hopeless(PATIENCE, each) for each in (burst, rare, hopeless)] == [False, False, True]
