"""Where somebody asks to be forgotten, and nothing of them is found any more in tables, streams and files."""

import asyncio
import json
import secrets
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import nats
import polars as pl
import pytest

from ratchet.sample import load
from tests.journeys.steps import Body, Journey, eventually

pytestmark = [pytest.mark.xdist_group("system"), pytest.mark.slow]
TICKETS = [(ticket.text, ticket.category) for ticket in load()][:150]
STREAMS = ("EVENTS", "INGEST", "KV_routes", "KV_prompts")


def test_nothing_of_a_person_is_left_but_versions_that_say_so(journey: Journey) -> None:
    marker = f"zq{secrets.token_hex(6)}"
    person, versions = lived_with(journey, marker)
    before = found(journey, marker)

    asked = journey.post("/erasures", {"subject": person})
    done = eventually(lambda: completed(journey, asked["id"]), within_s=120)
    inference(journey, marker, person)
    other = inference(journey, "somebody else", "otto")
    listed = eventually(lambda: journey.get("/inferences", task=journey.task)["items"] or None)

    left = found(journey, marker)
    newest = journey.versions()[0]
    assert {"feedback.inferences", "feedback.feedback", "feedback.examples", "feedback.dead_letters"} <= before
    assert {"snapshots"} <= before
    assert left == set()
    assert [each["id"] for each in listed] == [other]
    assert person not in json.dumps(done)
    assert [(part["service"], bool(part["finished_at"])) for part in done["parts"]] == [
        ("feedback", True), ("trainer", True), ("registry", True),
    ]  # fmt: skip
    assert done["parts"][0]["counts"]["examples"] == 10
    assert [each["erasure_id"] for each in newest["erasures"]] == [asked["id"]]
    assert newest["erasures"][0]["rows"] == 11
    assert newest["lineage"]["snapshot"] == versions[0]["lineage"]["snapshot"]
    assert any("erased" in issue["sentence"] for issue in journey.get(f"/tasks/{journey.task}/health")["issues"])


def lived_with(journey: Journey, marker: str) -> tuple[str, Sequence[Body]]:
    """Let a person be answered, correct what was answered, and be learnt from; give their name, and the versions."""
    person = f"{marker}@example.com"
    journey.create_task()
    rows = "".join(f'"{text}",{label}\n' for text, label in TICKETS if '"' not in text)
    journey.upload(f"text,label\n{rows}{person},{TICKETS[0][1]}\n".encode())
    ids = [inference(journey, marker, person) for _ in range(5)]
    journey.post("/feedback", [correction(journey, marker, by=person) for _ in range(5)])
    journey.post("/feedback", [correction(journey, marker, inference_id=each, by="a clerk") for each in ids])
    asyncio.run(publish(journey, {"task": journey.task, "by": person, "verdict": marker}))
    journey.teach(TICKETS)
    job = journey.train()
    assert job["status"] == "succeeded", job
    return person, journey.versions()


def inference(journey: Journey, marker: str, person: str) -> str:
    answer = {"task": journey.task, "unit": person, "session": f"s-{marker}", "input": f"I am {marker}", "output": "x"}
    return journey.post("/inferences", answer)["ids"][0]


def correction(journey: Journey, marker: str, **others: str) -> Body:
    text = f"{secrets.choice(TICKETS)[0]} {marker} {secrets.token_hex(4)}"
    return {"task": journey.task, "input": text, "comment": marker, "correction": TICKETS[0][1]} | others


async def publish(journey: Journey, opinion: Body) -> None:
    """Publish past the gateway, which would refuse what is broken."""
    client = await nats.connect(journey.system.plain_nats_url, nkeys_seed_str=journey.system.operator_seed)
    await client.jetstream().publish(f"ingest.{journey.system.local.tenant}.feedback", json.dumps(opinion).encode())
    await client.close()


def completed(journey: Journey, erasure_id: str) -> Body | None:
    found = journey.get(f"/erasures/{erasure_id}")
    return found if found["status"] == "completed" else None


def found(journey: Journey, marker: str) -> set[str]:
    """Name every table, stream, log and kind of file that holds the marker; the artifacts are the versions' own."""
    shelf = journey.system.folder / "artifacts"
    snapshots = {"snapshots" for file in shelf.glob("snapshots/*/*.parquet") if marker in str(texts(file))}
    logs = {log.name for log in Path(journey.system.local.logs).glob("*.log") if marker in log.read_text()}
    uploads = {"uploads" for file in shelf.glob("uploads/*") if marker.encode() in file.read_bytes()}
    tables = asyncio.run(tables_with(journey.system.local.postgres_url, marker))
    return snapshots | logs | uploads | tables | asyncio.run(streams_with(journey, marker))


def texts(file: Path) -> list[list[object]]:
    return [column.to_list() for column in pl.read_parquet(file) if column.dtype == pl.String]


async def tables_with(url: str, marker: str) -> set[str]:
    connection = await asyncpg.connect(url)
    tables = await connection.fetch(
        "SELECT schemaname || '.' || relname FROM pg_stat_user_tables WHERE schemaname <> 'public' ORDER BY 1"
    )
    holding: set[str] = set()
    for (name,) in tables:
        question = f"SELECT EXISTS (SELECT FROM {name} AS row WHERE strpos(row::text, $1) + strpos(row::text, $2) > 0)"  # noqa: S608
        if await connection.fetchval(question, marker, marker.encode().hex()):
            holding.add(name.rstrip("_0123456789"))
    await connection.close()
    return holding


async def streams_with(journey: Journey, marker: str) -> set[str]:
    client = await nats.connect(journey.system.plain_nats_url, nkeys_seed_str=journey.system.operator_seed)
    stream, holding = client.jetstream(), set[str]()
    for name in STREAMS:
        left = (await stream.stream_info(name)).state.messages
        if name == "INGEST" or not left:
            continue
        reader = await stream.subscribe(">", stream=name, ordered_consumer=True)
        for _ in range(left):
            if marker.encode() in (message := await reader.next_msg(timeout=30)).data:
                holding.add(message.subject.partition(".")[2].partition(".")[2])
        await reader.unsubscribe()
    await client.close()
    return holding
