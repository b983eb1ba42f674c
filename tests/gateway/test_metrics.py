"""Where the numbers of tasks, their export and the prices of models are tried over HTTP."""

from typing import Any

import pytest

from contracts.api.metrics import (
    ClassificationMetrics,
    CostMetrics,
    LatencyMetrics,
    MetricRow,
    Metrics,
    Period,
    VersionMetrics,
)
from contracts.api.page import Page
from contracts.api.price import Price
from contracts.commands.metrics import GetMetrics, ListMetricRows
from contracts.commands.prices import DeletePrice, Forgotten, ListPrices, SetPrice
from contracts.service import Service
from tests.gateway.stage import NOW, Behind, Gateway

NOTHING = VersionMetrics(
    version_id=None, inferences=0, errors=0, error_rate=None, mean_confidence=None, feedback=0,
    classification=ClassificationMetrics(
        judged=0, accuracy=None, precision=None, recall=None, f1=None, acceptance=None
    ),
    latency=LatencyMetrics(p50_ms=None, p95_ms=None, p99_ms=None),
    cost=CostMetrics(usd=None, unknown=0, tokens_in=0, tokens_out=0),
)  # fmt: skip
METRICS = Metrics(
    task="t", period=Period.DAY, since=NOW, metrics=NOTHING, versions=(), series=(), distributions={}
)  # fmt: skip
PRICE = Price(model="a/b", input_usd_per_1m=1, output_usd_per_1m=2, since=None, set_by="ada", set_at=NOW)
ANSWERS: dict[type[Any], Any] = {
    GetMetrics: METRICS,
    ListPrices: Page[Price](items=(PRICE,)),
    SetPrice: PRICE,
    DeletePrice: Forgotten(prices=1),
}
TERMS = {"input_usd_per_1m": 1, "output_usd_per_1m": 2}
ASKED: list[tuple[str, str, Any, Any, dict[str, Any]]] = [
    ("GET", "/v1/metrics?task=t&version=v&period=week", None, GetMetrics, {"version_id": "v", "period": "week"}),
    ("GET", "/v1/metrics?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z", None, GetMetrics, {
        "task": None, "since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z",
    }),
    ("GET", "/v1/metrics?phase=p&include_details=true", None, GetMetrics, {"phase": "p", "details": True}),
    ("GET", "/v1/prices", None, ListPrices, {"model": None}),
    ("GET", "/v1/prices/a/b", None, ListPrices, {"model": "a/b"}),
    ("PUT", "/v1/prices/a/b", TERMS, SetPrice, {"model": "a/b", "price": TERMS | {"since": None}}),
    ("DELETE", "/v1/prices/a%2Fb", None, DeletePrice, {"model": "a/b"}),
]  # fmt: skip


@pytest.mark.parametrize("exchange", ASKED, ids=lambda exchange: f"{exchange[0]} {exchange[1]}")
async def test_a_request_becomes_the_command_of_feedback(
    gateway: Gateway, behind: Behind, exchange: tuple[str, str, Any, Any, dict[str, Any]]
) -> None:
    method, path, body, command, said = exchange
    await behind.answer(Service.FEEDBACK, {command: lambda _: ANSWERS[command]})

    answer = await gateway.admin.request(method, path, json=body)

    assert answer.status_code in {200, 204}, answer.text
    ((tenant, asked),) = behind.asked
    assert (tenant, type(asked)) == ("acme", command)
    assert said.items() <= asked.model_dump(mode="json").items()


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("GET", "/v1/metrics?from=yesterday", None, "from"),
        ("GET", "/v1/metrics?period=decade", None, "period"),
        ("PUT", "/v1/prices/m", {"input_usd_per_1m": -1, "output_usd_per_1m": 2}, "input_usd_per_1m"),
        ("PUT", "/v1/prices/m", TERMS | {"colour": "red"}, "colour"),
        ("PUT", "/v1/prices/" + "m" * 201, TERMS, "model"),
        ("POST", "/v1/metrics/export", {"task": "t", "format": "xls"}, "format"),
        ("POST", "/v1/metrics/export", {"task": "T T"}, "task"),
    ],
)
async def test_what_is_wrong_is_named(gateway: Gateway, method: str, path: str, body: Any, field: str) -> None:
    answer = await gateway.admin.request(method, path, json=body)

    assert answer.status_code == 422, answer.text
    assert field in answer.json()["errors"][0]["field"]


async def test_a_price_is_set_by_those_who_configure_alone(gateway: Gateway) -> None:
    async with await gateway.key_for("viewer") as viewer:
        answer = await viewer.put("/v1/prices/m", json=TERMS)

    assert answer.status_code == 403


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "once"}])
async def test_an_export_is_all_pages_as_one_file_that_no_spreadsheet_takes_for_formulas(
    gateway: Gateway, behind: Behind, key: dict[str, str]
) -> None:
    rows = [
        MetricRow(at=NOW, version_id=each, inferences=2, judged=0, accuracy=None, cost_usd=0.5)
        for each in ("=1+1", "v2")
    ]

    def page(asked: ListMetricRows) -> Page[MetricRow]:
        first = asked.cursor is None
        return Page(items=tuple(rows[:1] if first else rows[1:]), next_cursor="c" if first else None)

    await behind.answer(Service.FEEDBACK, {ListMetricRows: page})

    csv = await gateway.admin.post(
        "/v1/metrics/export", json={"task": "t", "from": "2026-01-01T00:00:00Z"}, headers=key
    )
    json = await gateway.admin.post("/v1/metrics/export", json={"task": "t", "format": "json"})

    head, *lines = csv.text.splitlines()
    assert head.startswith("at,version_id,inferences,errors,error_rate")
    assert [line.split(",")[1:4] for line in lines] == [["'=1+1", "2", "0"], ["v2", "2", "0"]]
    assert [row["version_id"] for row in json.json()] == ["=1+1", "v2"]
    assert behind.asked[0][1].model_dump(mode="json")["since"] == "2026-01-01T00:00:00Z"
