"""Where it is tried how approved examples are written for other programs, and what is told about it."""

import csv
import io
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson
import pytest

from contracts.api.export import ExportedExample, ExportFormat, Part
from contracts.api.page import Page
from contracts.commands.exports import ExportExamples
from contracts.errors import UnknownTask
from contracts.service import Service
from gateway.exports import conversations, formats
from gateway.exports.conversations import Unfit
from tests.gateway.stage import Behind, Gateway

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
ROUNDS = {"messages": [{"role": "system", "content": "be kind"}, {"role": "user", "content": "hello"}]}


def example(number: int = 1, **others: Any) -> ExportedExample:
    facts: dict[str, Any] = {
        "id": f"e{number}", "text": f"text {number}", "label": "shipping", "input": {"text": f"text {number}"},
        "expected_output": "shipping", "output": None, "kind": "correction", "quality": 0.5, "source": "user",
        "submitted_by": "ada", "reviewed_by": "bob", "created_at": MOMENT, "reviewed_at": MOMENT,
        "inference_id": None, "feedback_key": None,
    }  # fmt: skip
    return ExportedExample(**facts | others)


def test_no_cell_is_taken_for_a_formula() -> None:
    evil = example(
        text='=HYPERLINK("http://evil")', label="-1+2", submitted_by="\t@SUM(A1)", input="  =1", output="a\nb"
    )

    (row,) = csv.DictReader(io.StringIO((formats.head(ExportFormat.CSV) + formats.csv([evil], 0).content).decode()))

    assert (row["text"], row["label"]) == ('\'=HYPERLINK("http://evil")', "'-1+2")
    assert (row["submitted_by"], row["input"], row["output"]) == ("'\t@SUM(A1)", "'  =1", "a\nb")
    assert (row["quality"], row["inference_id"]) == ("0.5", "")


def test_an_array_of_pages_some_of_them_empty_is_readable() -> None:
    pages = list[list[ExportedExample]]([[], [example(1)], [], [example(2), example(3)]])
    count, content = 0, formats.head(ExportFormat.JSON)
    for page in pages:
        made = formats.json(page, count)
        content, count = content + made.content, count + len(made.written)

    read = orjson.loads(content + formats.tail(ExportFormat.JSON))

    assert [row["id"] for row in read] == ["e1", "e2", "e3"]
    assert orjson.loads(formats.head(ExportFormat.JSON) + formats.tail(ExportFormat.JSON)) == []


@pytest.mark.parametrize(
    ("given", "roles", "answer"),
    [
        ({}, ["user", "assistant"], "shipping"),
        ({"expected_output": {"text": "It is on its way."}}, ["user", "assistant"], "It is on its way."),
        ({"expected_output": {"label": "a", "urgent": "yes"}}, ["user", "assistant"], '{"label":"a","urgent":"yes"}'),
        ({"input": ROUNDS, "text": None}, ["system", "user", "assistant"], "shipping"),
    ],
)
def test_an_example_becomes_a_conversation(given: dict[str, Any], roles: list[str], answer: str) -> None:
    messages = orjson.loads(conversations.conversation(example(**given)))["messages"]

    assert [turn["role"] for turn in messages] == roles
    assert messages[-1]["content"] == answer


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"text": None, "input": {"rows": 3}}, "no text and no messages"),
        ({"input": {"messages": []}}, "no list"),
        ({"input": {"messages": [{"role": "wizard", "content": "a"}]}}, "role is none of"),
        ({"input": {"messages": [{"role": "user", "content": " "}]}}, "has no text"),
        ({"input": {"messages": [{"role": "assistant", "content": "a"}]}}, "end with an answer"),
        ({"input": {"messages": ["hello"]}}, "role is none of"),
        ({"expected_output": {"text": " "}}, "expected output is empty"),
        ({"text": "x" * 1_000_001}, "longer than"),
    ],
)
def test_what_is_no_conversation_is_left_out_with_the_reason(given: dict[str, Any], reason: str) -> None:
    with pytest.raises(Unfit, match=reason):
        conversations.conversation(example(**given))

    page = formats.openai([example(1), example(2, **given)], 0)
    assert ([each.id for each in page.written], page.skipped.total()) == (["e1"], 1)


async def test_what_was_sent_is_on_record_with_its_hash(gateway: Gateway, behind: Behind) -> None:
    rows = [example(1, part=Part.TRAIN), example(2, part=Part.VALIDATION), example(3, part=Part.TRAIN)]

    def page(asked: ExportExamples) -> Page[ExportedExample]:
        after = int((asked.after or "e0")[1:])
        return Page(items=(rows[after],), next_cursor=rows[after].id if after < 2 else None)

    await behind.answer(Service.FEEDBACK, {ExportExamples: page})
    order = {"task": "t", "format": "jsonl", "split": 0.3, "part": "train"}

    answer = await gateway.admin.post("/v1/examples/export", json=order, headers={"Idempotency-Key": "k"})
    told = (await gateway.admin.get(f"/v1/examples/exports/{answer.headers['x-export-id']}")).json()

    assert [orjson.loads(line)["id"] for line in answer.content.splitlines()] == ["e1", "e3"]
    assert (told["status"], told["rows"], told["train"], told["validation"]) == ("complete", 2, 2, 0)
    assert (told["sha256"], told["size"]) == (sha256(answer.content).hexdigest(), len(answer.content))
    assert 'filename="t-train.jsonl"' in answer.headers["content-disposition"]
    assert (await gateway.admin.get("/v1/examples/exports")).json()["items"][0] == told


async def test_an_export_that_is_refused_is_a_problem_and_leaves_nothing(gateway: Gateway, behind: Behind) -> None:
    def refuse(asked: ExportExamples) -> Page[ExportedExample]:
        raise UnknownTask(f"There is no task {asked.task!r}.")

    await behind.answer(Service.FEEDBACK, {ExportExamples: refuse})

    answer = await gateway.admin.post("/v1/examples/export", json={"task": "nothing"})
    told = (await gateway.admin.get("/v1/examples/exports")).json()["items"]

    assert (answer.status_code, told) == (404, [])


@pytest.mark.parametrize(
    ("order", "field"),
    [({"split": 1}, "split"), ({"format": "xlsx"}, "format"), ({"part": "train"}, "part"), ({"split": "NaN"}, "split")],
)
async def test_a_wrong_order_names_the_field(gateway: Gateway, order: dict[str, Any], field: str) -> None:
    answer = await gateway.admin.post("/v1/examples/export", json={"task": "t"} | order)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


@pytest.mark.parametrize("name", ["nothing", "01890000-0000-7000-8000-000000000000"])
async def test_an_unknown_export_is_a_404(gateway: Gateway, name: str) -> None:
    assert (await gateway.admin.get(f"/v1/examples/exports/{name}")).status_code == 404


@pytest.mark.parametrize("as_of", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"])
async def test_an_export_is_as_of_a_time_that_there_was(gateway: Gateway, behind: Behind, as_of: str) -> None:
    await behind.answer(Service.FEEDBACK, {ExportExamples: lambda _: Page[ExportedExample](items=())})

    answer = await gateway.admin.post("/v1/examples/export", json={"task": "t", "as_of": as_of})
    told = (await gateway.admin.get(f"/v1/examples/exports/{answer.headers['x-export-id']}")).json()

    assert answer.status_code == 200
    assert datetime(1970, 1, 1, tzinfo=UTC) <= datetime.fromisoformat(told["as_of"]) <= datetime.now(UTC)
