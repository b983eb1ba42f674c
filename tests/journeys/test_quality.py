"""Where wrong labels among examples are found by what the trainer learns from the others, and taken away."""

import pytest

from tests.journeys.steps import Journey, eventually

pytestmark = [pytest.mark.xdist_group("system"), pytest.mark.slow]
ROWS = [
    row
    for number in range(20)
    for row in (
        (f"my parcel {number} is late, where is the courier", "shipping"),
        (f"please refund invoice {number}, my card was charged twice", "billing"),
        (f"I forgot my password and account {number} is locked", "login"),
    )
]
WRONG = 7


def test_a_wrong_label_is_found_and_taken_away(journey: Journey) -> None:
    text, right = ROWS[WRONG]
    journey.create_task()
    journey.teach([*ROWS[:WRONG], (text, "shipping"), *ROWS[WRONG + 1 :]])

    journey.post(f"/tasks/{journey.task}/examples/assess")
    known = eventually(lambda: ended(journey), within_s=120)
    suspect, *_ = journey.get("/examples", task=journey.task, order="quality", status="approved")["items"]

    assert (known["status"], known["assessed"]) == ("succeeded", len(ROWS))
    assert (suspect["input"], suspect["expected_output"], suspect["likely_label"]) == (text, "shipping", right)
    assert any(f"'{right}'" in reason for reason in suspect["quality_reasons"])

    journey.ask("DELETE", f"/examples/{suspect['id']}").raise_for_status()

    assert journey.get(f"/examples/{suspect['id']}")["deleted_by"]
    assert journey.examples() == {"pending": 0, "approved": len(ROWS) - 1, "rejected": 0}


def ended(journey: Journey) -> dict[str, object] | None:
    """Give the assessment of all examples once it is over; one may have begun by the clock before all had come."""
    known = journey.get(f"/tasks/{journey.task}/examples/assessment")
    if known["status"] in {"queued", "running"}:
        return None
    if known["status"] == "succeeded" and known["examples"] < len(ROWS):
        journey.post(f"/tasks/{journey.task}/examples/assess")
        return None
    return known
