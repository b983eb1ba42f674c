"""Where rows are uploaded, trained on and asked for again, as a user would."""

import gzip
import hashlib

import pytest

from ratchet.sample import load
from tests.journeys.steps import Journey

pytestmark = [pytest.mark.xdist_group("system"), pytest.mark.slow]


def written(count: int) -> bytes:
    rows = "".join('"{}",{}\n'.format(ticket.text.replace('"', '""'), ticket.category) for ticket in load()[:count])
    return f"text,label\n{rows}".encode()


def test_an_uploaded_file_becomes_a_version_that_says_what_it_was_made_of(journey: Journey) -> None:
    journey.create_task()
    content = gzip.compress(written(300) + b",billing\n")

    dataset = journey.upload(content)
    job = journey.train(dataset_id=dataset["id"])
    version = journey.get(f"/versions/{job['version_id']}")

    assert (dataset["status"], dataset["rows"], dataset["refused_rows"]) == ("ready", 300, 1)
    assert [each["line"] for each in dataset["problems"]] == [302]
    assert job["status"] == "succeeded", job
    lineage = journey.get(f"/versions/{version['id']}/lineage")
    assert (lineage["snapshot"], lineage["datasets"]) == (dataset["sha256"], [dataset["id"]])
    assert journey.get(f"/versions/{version['id']}/card")
    artifact = journey.ask("GET", f"/versions/{version['id']}/artifact").content
    assert hashlib.sha256(artifact).hexdigest() == version["artifact"]["sha256"]
    assert journey.refused("GET", f"/versions/{version['id']}/forecast")["status"] == 404
    assert journey.predict("my payment failed two times")["predictions"][0]["label"]


def test_datasets_are_listed_shown_row_by_row_and_deleted(journey: Journey) -> None:
    journey.create_task()
    dataset = journey.upload(written(30))

    listed = journey.get("/datasets", task=journey.task)["items"]
    page = journey.get(f"/datasets/{dataset['id']}/rows", limit=20)
    rest = journey.get(f"/datasets/{dataset['id']}/rows", limit=20, cursor=page["next_cursor"])
    deleted = journey.ask("DELETE", f"/datasets/{dataset['id']}")

    assert [each["id"] for each in listed] == [dataset["id"]]
    assert [row["text"] for row in page["items"] + rest["items"]] == [ticket.text for ticket in load()[:30]]
    assert deleted.status_code == 204
    assert journey.refused("GET", f"/datasets/{dataset['id']}")["status"] == 404


def test_a_file_that_cannot_be_used_is_refused_with_what_is_wrong(journey: Journey) -> None:
    journey.create_task()
    form = {"data": {"task": journey.task}, "files": {"file": b"txt,label\nhello,a\n"}}

    refused = journey.refused("POST", "/datasets", **form)

    assert refused["status"] == 422
    assert [each["field"] for each in refused["errors"]] == ["text"]


def test_without_rows_a_training_is_refused_and_says_what_to_do(journey: Journey) -> None:
    journey.create_task()

    refused = journey.refused("POST", "/training/jobs", json={"task": journey.task})

    assert (refused["status"], [each["field"] for each in refused["errors"]]) == (422, ["dataset_id"])
