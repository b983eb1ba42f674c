"""Where `ratchet insights` is held to what it shows."""

from typing import Any

from tests.sdk.fake_gateway import NOW, Gateway
from tests.sdk.test_cli import run

FOUND: dict[str, Any] = {
    "task": "t", "period": "week", "since": NOW, "as_of": NOW,
    "totals": {"inferences": 1200, "feedback": 30, "judged": 30, "accuracy": 0.8, "acceptance": 0.75},
    "submitters": [{"of": "ada", "examples": 4100, "pending": 1, "approved": 3, "rejected": 1, "rate": 0.75}],
    "reviews": {
        "reviews": 8, "reviews_a_day": 1.1, "median_hours": 0.0003572, "shared": 0, "agreement": None, "kappa": None,
        "disputed": 0, "adjudicated": 0, "reviewers": [{"name": "joan", "reviews": 8, "approved": 7, "agreed": 0.875}],
    },
    "oldest": [
        {"id": "e-1", "submitted_by": "ada", "created_at": NOW, "hours": 73.2, "quality": 0.5},
        {"id": "e-2", "submitted_by": "ada", "created_at": NOW, "hours": 2.25, "quality": 0.5},
        {"id": "e-3", "submitted_by": "ada", "created_at": NOW, "hours": 0.2, "quality": 0.5},
    ],
}  # fmt: skip


def test_times_and_shares_are_written_in_units_that_can_be_read(gateway: Gateway) -> None:
    gateway.says("GET /v1/insights", FOUND)
    gateway.says("GET /v1/tasks/t/versions", {"items": [], "next_cursor": None})

    shown = run(gateway, "insights", "t").stdout

    for words in ("1,200 answers", "4,100", "75%", "settled within 1.3 s", "88%", "3.1 d", "2.2 h", "12.0 min"):
        assert words in shown
