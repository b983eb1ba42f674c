"""Where `ratchet metrics` and `ratchet price` are held to what they show and send."""

from pathlib import Path
from typing import Any

import pytest

from ratchet.cli import sparklines
from tests.sdk.fake_gateway import NOW, Gateway
from tests.sdk.test_cli import run

NUMBERS: dict[str, Any] = {
    "version_id": None, "inferences": 1200, "errors": 12, "error_rate": 0.01, "mean_confidence": 0.9, "feedback": 30,
    "classification": {
        "judged": 30, "accuracy": 0.8, "precision": None, "recall": None, "f1": None, "acceptance": 0.75,
    },
    "latency": {"p50_ms": 20.0, "p95_ms": 90.0, "p99_ms": None},
    "cost": {"usd": 1.5, "unknown": 200, "tokens_in": 10, "tokens_out": 5, "known": 1000, "unknown_share": 0.1667},
    "outcomes": {"basket": {"count": 3, "mean": 42.5}},
}  # fmt: skip
POINT = {"at": NOW, "inferences": 600, "judged": 15, "accuracy": 0.8}
FOUND = {
    "task": "t", "period": "day", "since": NOW, "metrics": NUMBERS, "versions": [NUMBERS | {"version_id": "v"}],
    "series": [POINT, POINT | {"inferences": 700, "accuracy": 0.9}], "step": "hour",
    "distributions": {"confidence": {"0.8-0.9": 3, "0.9-1.0": 9}},
    "labels": [{
        "label": "billing", "inferences": 700, "errors": 1, "mean_confidence": 0.9, "judged": 9, "accuracy": 0.7,
        "verdicts": 0, "acceptance": None, "corrected": 2,
    }],
    "system_health": {"score": 71, "status": "degraded", "reasons": [
        {"name": "accuracy", "points": 20.5, "sentence": "Accuracy fell.", "value": 0.1},
    ]},
    "recommendations": [{"name": "judging", "sentence": "Ask people for a verdict.", "evidence": {"judged": 3}}],
}  # fmt: skip
PRICE = {
    "model": "m", "input_usd_per_1m": 1.0, "output_usd_per_1m": 2.0, "since": None, "set_by": "ada", "set_at": NOW,
}  # fmt: skip


def test_metrics_are_drawn_with_health_series_labels_and_advice(gateway: Gateway) -> None:
    gateway.says("GET /v1/metrics", FOUND)
    gateway.says("GET /v1/tasks/t/versions", {"items": [], "next_cursor": None})

    shown = run(gateway, "metrics", "t").stdout

    for words in ("t is degraded 71 of 100", "Accuracy fell.", "1,200", "outcome basket", "▁█", "600 → 700", "billing"):
        assert words in shown
    assert "Ask people for a verdict." in shown
    assert "suggestion usage" not in shown


def test_a_time_in_which_nothing_came_is_told_in_a_sentence(gateway: Gateway) -> None:
    gateway.says("GET /v1/metrics", FOUND | {"task": None, "versions": []})

    assert run(gateway, "metrics").stdout.strip() == "all tasks: no answers and no opinions in this time."


def test_a_time_may_be_given_instead_of_a_period(gateway: Gateway) -> None:
    gateway.says("GET /v1/metrics", FOUND | {"task": None})

    run(gateway, "metrics", "--between", "2026-01-01T00:00+00:00..")

    assert gateway.asked[0].query["from"] == ["2026-01-01T00:00:00+00:00"]
    assert "to" not in gateway.asked[0].query


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--between", "soon..later"), "'soon' is not a time"),
        (("--between", "2026-01-01"), "must be two times"),
        (("--export", "numbers.xls"), "must end in .csv or .json"),
    ],
)
def test_what_cannot_be_read_is_said(gateway: Gateway, options: tuple[str, ...], reason: str) -> None:
    shown = run(gateway, "metrics", "t", *options)

    assert reason in shown.stderr


def test_metrics_are_saved_as_a_file(gateway: Gateway, tmp_path: Path) -> None:
    gateway.says("POST /v1/metrics/export", {"rows": 1})

    run(gateway, "metrics", "t", "--period", "week", "--export", str(tmp_path / "numbers.json"))

    assert gateway.asked[0].body == {
        "task": "t", "version": None, "period": "week", "since": None, "until": None, "format": "json",
    }  # fmt: skip
    assert (tmp_path / "numbers.json").read_text()


def test_prices_are_set_and_listed(gateway: Gateway) -> None:
    gateway.says("PUT /v1/prices/m", PRICE)
    gateway.says("GET /v1/prices", {"items": [PRICE], "next_cursor": None})

    run(gateway, "price", "set", "m", "--input", "1", "--output", "2")
    shown = run(gateway, "price", "list").stdout

    assert gateway.asked[0].body == {"input_usd_per_1m": 1.0, "output_usd_per_1m": 2.0, "since": None}
    assert "m" in shown


def test_a_line_of_bars_goes_from_the_lowest_to_the_highest() -> None:
    assert sparklines.line([0, 1, None, 0.5]) == "▁█·▅"
    assert sparklines.line([3, 3]) == "▅▅"
    assert sparklines.line([None]) == ""
    assert sparklines.spread([0, 5, 10]) == "▁▅█"
