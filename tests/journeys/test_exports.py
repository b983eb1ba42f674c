"""Where approved examples are exported in every format, by the API and by the SDK."""

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest

from contracts.api.export import NewExport, Part
from ratchet import Client
from tests.journeys.steps import Journey

pytestmark = [pytest.mark.xdist_group("system"), pytest.mark.slow]
ROWS = [(f"where is parcel {number}", "shipping" if number % 3 else "=refund") for number in range(60)]


def test_approved_examples_are_exported_in_every_format_and_nothing_else(journey: Journey) -> None:
    journey.create_task()
    journey.teach(ROWS)
    journey.post("/examples", {"task": journey.task, "input": "still pending", "expected_output": "shipping"})

    lines = [json.loads(line) for line in exported(journey, "jsonl").splitlines()]
    chats = [json.loads(line)["messages"] for line in exported(journey, "openai").splitlines()]
    cells = list(csv.DictReader(io.StringIO(exported(journey, "csv").decode())))
    table = pl.read_parquet(exported(journey, "parquet"))

    assert sorted((each["text"], each["label"]) for each in lines) == sorted(ROWS)
    assert [chat[0]["content"] for chat in chats] == [each["text"] for each in lines]
    assert {each["label"] for each in cells} == {"shipping", "'=refund"}
    assert (table.height, table["id"].to_list()) == (60, [each["id"] for each in lines])
    assert json.loads(exported(journey, "json")) == lines


def test_two_parts_make_the_whole_and_a_saved_file_is_checked(journey: Journey, tmp_path: Path) -> None:
    journey.create_task()
    journey.teach(ROWS)

    with Client(journey.system.local.gateway_url, journey.system.local.admin_api_key) as client:
        parts = {
            part: client.exports.save(tmp_path / part, NewExport(task=journey.task, split=0.3, part=part))
            for part in Part
        }
        kept = client.exports.list().items

    texts = {part: {json.loads(line)["text"] for line in (tmp_path / part).read_text().splitlines()} for part in parts}
    assert texts[Part.TRAIN] | texts[Part.VALIDATION] == {text for text, _ in ROWS}
    assert not texts[Part.TRAIN] & texts[Part.VALIDATION]
    assert 5 < parts[Part.VALIDATION].rows < 35
    assert {each.id for each in kept} >= {each.id for each in parts.values()}


def exported(journey: Journey, form: str) -> bytes:
    answer = journey.ask("POST", "/examples/export", json={"task": journey.task, "format": form})
    assert answer.status_code == 200, answer.text
    return answer.content
