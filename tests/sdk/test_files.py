"""Where files go to the gateway and come from it, through both clients and the command line."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ratchet import AsyncClient, Client, errors
from ratchet.wire.files import Sink
from tests.sdk.fake_gateway import Gateway, dataset, job
from tests.sdk.test_cli import run

CONTENT = b"text,label\nhello,a\n" * 50_000
PROBLEM = {"line": 3, "column": "text", "reason": "is blank"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv"
    path.write_bytes(CONTENT)
    return path


def test_a_file_is_sent_in_a_form_with_word_of_how_far_it_is(gateway: Gateway, client: Client, file: Path) -> None:
    gateway.says("POST /v1/datasets", dataset(), 201)
    told: list[tuple[int, int | None]] = []

    made = client.datasets.upload(file, task="tickets", on_progress=lambda done, size: told.append((done, size)))

    sent = gateway.asked[0].body
    assert made.id == "d-1"
    assert CONTENT in sent
    assert b'name="task"\r\n\r\ntickets\r\n' in sent
    assert b'name="file"; filename="rows.csv"' in sent
    assert int(gateway.asked[0].headers["Content-Length"]) == len(sent)
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert len(told) > 1


async def test_the_async_client_sends_files_too_and_waits_until_they_are_read(gateway: Gateway, file: Path) -> None:
    gateway.says("POST /v1/datasets", dataset("reading"), 202)
    gateway.says("GET /v1/datasets/d-1", dataset("reading"))
    gateway.says("GET /v1/datasets/d-1", dataset(rows=7))

    async with AsyncClient(gateway.url, "rk_test") as client:
        made = await client.datasets.upload(file, task="tickets", name="mine")

    assert made.rows == 7
    assert CONTENT in gateway.asked[0].body
    assert b'name="name"\r\n\r\nmine\r\n' in gateway.asked[0].body


def test_an_open_file_is_sent_again_from_where_it_stood(gateway: Gateway, client: Client) -> None:
    gateway.refuses("POST /v1/datasets", 503, "unavailable", "Soon.")
    gateway.says("POST /v1/datasets", dataset(), 201)
    opened = io.BytesIO(b"skipped" + CONTENT)
    opened.seek(len(b"skipped"))

    client.datasets.upload(opened, task="tickets")

    first, second = gateway.asked
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert first.body == second.body
    assert b"skipped" not in second.body


def test_a_refused_file_raises_with_the_problems_of_its_lines(gateway: Gateway, client: Client, file: Path) -> None:
    gateway.says("POST /v1/datasets", dataset("reading"), 202)
    gateway.says("GET /v1/datasets/d-1", dataset("refused", error="No.", problems=[PROBLEM], problem_count=1))

    with pytest.raises(errors.UnusableDataset, match=r"No\.") as refusal:
        client.datasets.upload(file, task="tickets")

    assert refusal.value.facts["problems"] == [PROBLEM]


def test_a_file_that_is_not_there_is_refused_before_anything_is_sent(gateway: Gateway, client: Client) -> None:
    with pytest.raises(errors.InvalidInput, match="no file"):
        client.datasets.upload("nowhere.csv", task="tickets")

    assert gateway.asked == []


def test_an_artifact_is_whole_under_its_name_or_not_there(gateway: Gateway, client: Client, tmp_path: Path) -> None:
    gateway.gives("GET /v1/versions/v/artifact", CONTENT)
    gateway.refuses("GET /v1/versions/w/artifact", 404, "unknown-version", "There is no such version.")

    saved = client.versions.download("v", tmp_path / "model")
    with pytest.raises(errors.UnknownVersion):
        client.versions.download("w", tmp_path / "other")

    assert saved.read_bytes() == CONTENT
    assert [each.name for each in tmp_path.iterdir()] == ["model"]


async def test_the_async_client_downloads_too(gateway: Gateway, tmp_path: Path) -> None:
    gateway.gives("GET /v1/versions/v/forecast", CONTENT)

    async with AsyncClient(gateway.url, "rk_test") as client:
        saved = await client.versions.forecast("v", tmp_path / "table", format="parquet")

    assert saved.read_bytes() == CONTENT
    assert gateway.asked[0].query == {"format": ["parquet"]}


def test_the_command_line_draws_the_problems_of_lines(gateway: Gateway, file: Path) -> None:
    gateway.says("POST /v1/datasets", dataset(problems=[PROBLEM], problem_count=120, refused_rows=120), 201)

    for_people = run(gateway, "dataset", "upload", "tickets", str(file))
    for_programs = run(gateway, "dataset", "upload", "tickets", str(file), "--json")

    assert (for_people.exit_code, for_programs.exit_code) == (0, 0)
    assert "is blank" in for_people.stderr
    assert "119 more problems" in for_people.stderr
    assert json.loads(for_programs.stdout)["problems"] == [PROBLEM]
    assert for_programs.stderr == ""


def test_a_refusal_on_the_command_line_shows_the_lines_and_ends_with_one(gateway: Gateway, file: Path) -> None:
    gateway.refuses("POST /v1/datasets", 422, "unusable-dataset", "No row.", problems=[PROBLEM], problem_count=1)

    result = run(gateway, "dataset", "upload", "tickets", str(file))

    assert result.exit_code == 1
    assert "is blank" in result.stderr
    assert "No row." in result.stderr


def test_a_training_can_be_started_from_a_file_or_a_dataset(gateway: Gateway, file: Path) -> None:
    gateway.says("POST /v1/datasets", dataset(), 201)
    gateway.says("POST /v1/training/jobs", job("queued"), 202)
    known = "0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee"

    from_file = run(gateway, "train", "start", "tickets", str(file), "--json")
    from_dataset = run(gateway, "train", "start", "tickets", known, "--json")
    from_nothing = run(gateway, "train", "start", "tickets", "nowhere.csv")

    assert (from_file.exit_code, from_dataset.exit_code, from_nothing.exit_code) == (0, 0, 1)
    started = [asked.body["dataset_id"] for asked in gateway.asked if asked.path == "/v1/training/jobs"]
    assert started == ["d-1", known]


def test_rows_are_listed_and_a_template_is_printed(gateway: Gateway) -> None:
    table = {"name": "texts", "meaning": "A text.", "columns": [], "template": "text,label\nhi,a\n", "further": ""}
    kind = {"name": "classification", "summary": "", "tables": [table], "parameters": {}, "collects_examples": True,
            "has_table": False}  # fmt: skip
    gateway.says("GET /v1/kinds", {"items": [kind]})
    gateway.says("GET /v1/datasets/d-1/rows", {"items": [{"text": "hello", "size": 1.5}], "next_cursor": "1"})

    template = run(gateway, "train", "template", "classification")
    rows = run(gateway, "dataset", "rows", "d-1")

    assert template.stdout == "text,label\nhi,a\n"
    assert "hello" in rows.stdout
    assert "--cursor 1" in rows.stderr


def test_two_downloads_of_one_file_at_once_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"

    def blocks() -> Iterator[bytes]:
        yield b"first"
        Sink(path).receive([b"second"], None)
        yield b", whole"

    Sink(path).receive(blocks(), None)

    assert path.read_bytes() == b"first, whole"
    assert list(tmp_path.iterdir()) == [path]
