"""Where answers are held to be readable: by people on narrow terminals, of every kind of task."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from contracts.api.version import Gate, Verdict
from ratchet.cli.cells import cell
from ratchet.cli.output import table
from ratchet.cli.progress import described
from ratchet.cli.schemas import allowed
from tests.sdk.fake_gateway import NOW, Gateway, task
from tests.sdk.test_cli import run

SCHEDULE: dict[str, Any] = {
    "id": "s-1", "task": "sales", "cron": "0 3 * * mon", "timezone": "UTC", "parameters": {}, "auto_release": True,
    "enabled": True, "missed": "once", "next_runs": [NOW, "2026-01-08T12:00:00Z"], "last_run": None,
    "created_at": NOW, "created_by": "ada",
}  # fmt: skip
KIND: dict[str, Any] = {
    "name": "k", "summary": "", "parameters": {}, "collects_examples": True, "has_table": False,
    "tables": [{"name": "texts", "meaning": "A text.", "columns": [], "template": "text\nhi\n", "further": ""}],
}  # fmt: skip


class Line(BaseModel):
    id: str
    task: str
    reason: str


def test_a_narrow_terminal_gets_the_first_columns_and_hears_of_the_others() -> None:
    drawn = table([Line(id="x" * 140, task="tickets", reason="because " * 9)], "id", "task", "reason")

    assert [column.header for column in drawn.columns] == ["id", "task"]
    assert drawn.caption == "A wider terminal shows also: reason."


def test_an_empty_list_says_so() -> None:
    assert table([], "id", "task").caption == "There is nothing yet."


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.123456, "0.1235"),
        (1234567.8, "1,234,568"),
        ({"mae": 12345.6}, "mae 12,346"),
        ({"b": 2, "a": 1200}, "a 1,200\nb 2"),
        ({"enabled": True}, '{"enabled": true}'),
        ((), "-"),
        (None, "-"),
    ],
)
def test_numbers_are_written_with_the_digits_that_count(value: object, written: str) -> None:
    assert cell(value).plain == written


def test_schedules_are_listed_and_shown_with_their_next_times(gateway: Gateway) -> None:
    gateway.says("GET /v1/training/schedules", {"items": [SCHEDULE], "next_cursor": None})
    gateway.says("GET /v1/training/schedules/s-1", SCHEDULE)

    listed = run(gateway, "train", "schedule", "list")
    shown = run(gateway, "train", "schedule", "show", "s-1")

    assert (listed.exit_code, shown.exit_code) == (0, 0)
    assert ("2026-01-01" in listed.stdout, "2026-01-08" in listed.stdout) == (True, False)
    assert "2026-01-08" in shown.stdout


def test_what_may_be_chosen_is_said_in_words() -> None:
    schema = {"$defs": {"Search": {"properties": {"trials": {"type": "integer", "minimum": 1, "maximum": 50}}}}}
    search = {"anyOf": [{"$ref": "#/$defs/Search"}, {"type": "null"}]}
    share = {"anyOf": [{"const": "auto"}, {"type": "number", "exclusiveMinimum": 0}]}

    assert allowed(search, schema) == "{trials: integer ≥ 1, ≤ 50}"
    assert allowed({"enum": ["a", "b"]}, schema) == "a, b"
    assert allowed(share, schema) == "auto or number > 0"


@pytest.mark.parametrize(
    ("kind", "written", "asked", "answer"),
    [
        ("forecast", "A17", {"series": "A17"}, {"values": [{"date": "2026-01-05", "method": "seen"}]}),
        ("rag", "parcel", {"query": "parcel"}, {"hits": [{"id": "h1", "passage": "seen"}]}),
        ("risk", '{"km": 8}', {"km": 8}, {"label": "seen", "probability": 0.7}),
        ("classification", "twice", {"text": "twice"},
         {"label": "billing", "outputs": {"label": {"label": "billing"}, "priority": {"label": "seen"}}}),
        ("classification", "{odd", {"text": "{odd"}, {"label": "seen"}),
    ],
)  # fmt: skip
def test_inputs_of_every_kind_are_asked_and_answers_drawn(
    gateway: Gateway, kind: str, written: str, asked: dict[str, Any], answer: dict[str, Any]
) -> None:
    gateway.says("GET /v1/tasks/t", task() | {"kind": kind})
    said = {"predictions": [answer | {"inference_id": "i-1"}], "version_id": "v", "revision": 1}
    gateway.says("POST /v1/tasks/t/predict", said)

    result = run(gateway, "predict", "t", written)

    assert gateway.asked[-1].body["inputs"] == [asked]
    assert (result.exit_code, "seen" in result.stdout, "i-1" in result.stdout) == (0, True, True)


def test_a_kind_that_takes_rows_does_not_take_a_text(gateway: Gateway) -> None:
    gateway.says("GET /v1/tasks/t", task() | {"kind": "risk"})

    result = run(gateway, "predict", "t", "late?")

    assert result.exit_code == 1
    assert "takes rows as JSON" in result.stderr


def test_a_file_that_cannot_be_written_is_named(gateway: Gateway, tmp_path: Path) -> None:
    template: dict[str, Any] = {
        "name": "texts",
        "meaning": "A text.",
        "columns": [],
        "template": "text\nhi\n",
        "further": "",
    }
    kind: dict[str, Any] = {
        "name": "k",
        "summary": "",
        "tables": [template],
        "parameters": {},
        "collects_examples": True,
    }
    gateway.says("GET /v1/kinds", {"items": [kind | {"has_table": False}]})

    result = run(gateway, "train", "template", "k", "--to", str(tmp_path / "none" / "k.csv"))

    assert result.exit_code == 1
    assert "k.csv: No such file or directory." in result.stderr.replace("\n", "")


def test_an_event_is_told_in_a_line_without_what_is_large() -> None:
    content = {"task": "t", "card": {"data": {"rows": 7}}, "verdict": {"status": "ship", "p": 0.250001}, "label": None}

    assert described(content) == "task t, verdict (status ship, p 0.25)"


def test_the_arms_in_an_event_are_told_by_what_is_plain_in_them() -> None:
    arms = [{"version_id": "v", "units": 3, "metrics": {"accuracy": {"n": 3}}}, {"metrics": {}}]

    assert described({"arms": arms}) == "arms (version_id v, units 3)"


def test_lists_inside_of_what_is_shown_are_written_for_people() -> None:
    gate = Gate(verdict=Verdict.SHIP, reasons=("Better.", "Faster."), evidence={})

    assert cell(gate).plain.splitlines()[1] == "reasons Better.; Faster."
    assert [cell(nothing).plain for nothing in ({}, [], "")] == ["-", "-", "-"]
