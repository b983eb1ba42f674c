"""Where it is tried that people see which opinions count, and can ask for those that do not."""

from typing import Any

import pytest

from contracts.api.feedback import Aside
from ratchet import Client
from tests.sdk.fake_gateway import NOW, Gateway
from tests.sdk.test_cli import run

OPINION: dict[str, Any] = {
    "key": "k1", "inference_id": "i1", "task": "t", "version_id": None, "operation": "classification",
    "verdict": "positive", "score": None, "correction": None, "comment": None, "used": None, "helpful": None,
    "by": "ada", "source": "user", "occurred_at": NOW, "stored_at": NOW,
}  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "counts"),
    [
        ({}, "yes"),
        ({"parked": True}, "for no version yet"),
        ({"standing": False, "superseded_by": "k2"}, "no, revised"),
        ({"standing": False, "late": True}, "no, too late"),
    ],
)
def test_a_list_of_opinions_says_which_ones_count(gateway: Gateway, facts: dict[str, Any], counts: str) -> None:
    gateway.says("GET /v1/feedback", {"items": [OPINION | facts], "next_cursor": None})

    result = run(gateway, "feedback", "list")

    assert counts in result.stdout


@pytest.mark.parametrize(
    ("only", "query"), [(None, {}), (Aside.PARKED, {"parked": ["true"]}), (Aside.LATE, {"late": ["true"]})]
)
def test_only_the_opinions_that_do_not_count_are_asked_for(
    gateway: Gateway, client: Client, only: Aside | None, query: dict[str, list[str]]
) -> None:
    gateway.says("GET /v1/feedback", {"items": [], "next_cursor": None})

    client.feedback.list(only=only)

    assert gateway.asked[0].query == {"limit": ["50"]} | query
