"""Where every kind is taken from an uploaded file to an answer, over the public API alone."""

import csv
import io
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from ratchet.sample import load
from tests.journeys.steps import Body, Journey

pytestmark = [pytest.mark.xdist_group("system"), pytest.mark.slow]

Rows = Iterator[Mapping[str, object]]


def tickets() -> Rows:
    for ticket in load()[:600]:
        yield {"text": ticket.text, "category": ticket.category, "urgent": "yes" if "now" in ticket.text else "no"}


def sales() -> Rows:
    first, noise = date(2024, 1, 1), random.Random(1)
    for number in range(12):
        for week in range(120):
            value = 50 + 5 * number + 15 * math.sin(week * 2 * math.pi / 52) + noise.gauss(0, 3)
            yield {"series": f"sku-{number}", "date": first + timedelta(weeks=week), "value": round(value, 2)}


def loans() -> Rows:
    chance = random.Random(2)
    for number in range(900):
        debt, job = chance.random(), chance.choice(["clerk", "nurse", "none"])
        bad = chance.random() < 0.1 + 0.7 * (debt > 0.6) + 0.15 * (job == "none")
        yield {
            "label": "bad" if bad else "good",
            "date": date(2025, 1, 1) + timedelta(days=number // 3),
            "debt": round(debt, 3),
            "job": job,
        }


def documents() -> Rows:
    topics = {"refund": "money back after a return", "login": "password reset and locked account", "parcel": "delivery"}
    for number, (topic, about) in enumerate(topics.items()):
        for page in range(20):
            text = f"{topic.title()} help, page {page}. This page explains {about}. Step {page + number} follows."
            yield {"id": f"{topic}-{page}", "title": f"{topic} {page}", "text": text}


def decisions() -> Rows:
    chance = random.Random(3)
    for number in range(800):
        stock, trend = chance.random(), chance.random()
        accepted = chance.random() < 0.15 + 0.8 * stock
        yield {
            "rule": chance.choice(["reorder", "discount"]),
            "outcome": "accepted" if accepted else "rejected",
            "date": date(2025, 1, 1) + timedelta(days=number // 4),
            "stock": round(stock, 3),
            "trend": round(trend, 3),
        }


def steps() -> Rows:
    chance = random.Random(4)
    for _ in range(900):
        team = chance.choice(["sales", "support"])
        template = chance.choice(["call", "mail", "visit"])
        liked = {"sales": "call", "support": "mail"}[team] == template
        outcome = chance.choices(["accepted", "edited", "skipped"], (8, 1, 1) if liked else (1, 1, 8))[0]
        yield {"template": template, "outcome": outcome, "team": team}


def talks() -> Rows:
    for number in range(40):
        for question, answer in {
            "How do I reset my password": "Use the link 'forgot password' on the login page.",
            "Where is my parcel": "Open your orders and choose 'track'.",
            "How do I get my money back": "Send it back within 30 days; the refund takes a week.",
        }.items():
            yield {"input": f"{question}, please? It is about order {number * 37}.", "output": answer}


@dataclass(frozen=True)
class Sample:
    """Rows of a kind, an input to answer, and what about the answer and the version must hold."""

    rows: Callable[[], Rows]
    question: dict[str, Any]
    holds: Callable[[Body], bool]
    metrics: Sequence[str]
    parameters: dict[str, Any] = field(default_factory=dict)


SAMPLES = {
    "classification": Sample(
        tickets,
        {"text": load()[0].text},
        lambda answer: set(answer["outputs"]) == {"category", "urgent"},
        ("accuracy",),
    ),
    "forecast": Sample(
        sales,
        {"series": "sku-3", "horizon": 4},
        lambda answer: (
            len(answer["values"]) == 4 and all(v["lower"] <= v["value"] <= v["upper"] for v in answer["values"])
        ),
        ("mae", "smape", "mase", "rmsse", "series"),
        {"horizon": 8},
    ),
    "risk": Sample(
        loans,
        {"debt": 0.95, "job": "none"},
        lambda answer: answer["label"] == "bad" and answer["probability"] > 0.5,
        ("roc_auc", "pr_auc", "brier", "threshold"),
    ),
    "rag": Sample(
        documents,
        {"query": "I forgot my password", "k": 3},
        lambda answer: len(answer["hits"]) == 3 and answer["hits"][0]["id"].startswith("login"),
        ("documents", "chunks", "duration_s"),
    ),
    "actions": Sample(
        decisions,
        {"stock": 0.9, "trend": 0.1},
        lambda answer: {action["rule"] for action in answer["actions"]} == {"reorder", "discount"},
        ("precision", "acceptance", "coverage"),
    ),
    "workflows": Sample(
        steps,
        {"team": "sales"},
        lambda answer: answer["templates"][0]["template"] == "call",
        ("acceptance", "coverage"),
    ),
    "chat": Sample(
        talks, {"text": "My parcel, where is it?"}, lambda answer: "track" in answer["text"], ("loss", "samples")
    ),
}


def written(rows: Rows) -> bytes:
    lines = list(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(lines[0]))
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode()


def upload(journey: Journey, content: bytes, name: str = "rows.csv") -> Body:
    answer = journey.ask("POST", "/datasets", files={"file": (name, content)}, data={"task": journey.task}, timeout=60)
    return journey.answered(answer)


def test_a_sample_is_played_for_every_kind_that_is_installed(journey: Journey) -> None:
    installed = {sheet["name"] for sheet in journey.get("/kinds")["items"]}

    assert installed == set(SAMPLES)


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_file_becomes_a_version_that_answers(journey: Journey, kind: str) -> None:
    sample = SAMPLES[kind]
    journey.create_task(kind=kind)

    dataset = upload(journey, written(sample.rows()))
    job = journey.train(dataset_id=dataset["id"], parameters=sample.parameters)
    assert job["status"] == "succeeded", job["error"]
    gate = journey.get(f"/versions/{job['version_id']}")["gate"]
    assert gate["verdict"] == "ship", gate["reasons"]
    answer = journey.post(f"/tasks/{journey.task}/predict", {"inputs": [sample.question]})

    assert (dataset["status"], dataset["problems"]) == ("ready", [])
    assert set(sample.metrics) <= set(job["metrics"])
    prediction = answer["predictions"][0]
    assert sample.holds(prediction), prediction
    assert prediction["version_id"] == job["version_id"] == answer["version_id"]


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_template_of_a_kind_is_read_without_a_problem(journey: Journey, kind: str) -> None:
    journey.create_task(kind=kind)
    tables = next(sheet["tables"] for sheet in journey.get("/kinds")["items"] if sheet["name"] == kind)

    read = [upload(journey, table["template"].encode(), "template.csv") for table in tables]

    assert [each["problems"] for each in read] == [[]] * len(tables)
    assert [each["table"] for each in read] == [table["name"] for table in tables]
