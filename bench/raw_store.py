"""Where the baseline of NATS ingest is: fetch, parse, one unnest insert a batch, acknowledge."""

import asyncio
import json
import os
import time
from datetime import datetime
from typing import Any

import asyncpg
import nats
import orjson
import uvloop
from nats.js.api import AckPolicy, ConsumerConfig

COLUMNS = (
    "key", "inference_id", "task", "operation", "verdict", "score", "input", "correction", "comment", "used", "helpful",
    "by", "source", "occurred_at", "metric", "value",
)  # fmt: skip
"""What an application can say in an opinion: the columns in which Ratchet stores it."""

_TABLE = """
CREATE TABLE IF NOT EXISTS bench_feedback (
    tenant text, key text, inference_id text, task text, operation text, verdict text, score double precision,
    input jsonb, correction jsonb, comment text, used boolean, helpful boolean, by text, source text,
    occurred_at timestamptz, metric text, value double precision, PRIMARY KEY (tenant, key)
)
"""
_INSERT = """
INSERT INTO bench_feedback
SELECT * FROM unnest(
    $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::double precision[], $8::jsonb[],
    $9::jsonb[], $10::text[], $11::boolean[], $12::boolean[], $13::text[], $14::text[], $15::timestamptz[], $16::text[],
    $17::double precision[]
)
ON CONFLICT DO NOTHING
"""


async def main() -> None:
    total = int(os.environ["TOTAL"])
    connection = await nats.connect(os.environ["NATS_URL"], nkeys_seed_str=os.environ["NATS_SEED"])
    jetstream = connection.jetstream()
    await jetstream.add_consumer("BENCH", ConsumerConfig(durable_name="raw", ack_policy=AckPolicy.EXPLICIT))
    subscription = await jetstream.pull_subscribe_bind("raw", stream="BENCH")
    postgres = await asyncpg.connect(os.environ["POSTGRES_URL"])
    await postgres.execute(_TABLE)
    begun, stored = time.perf_counter(), 0
    following = asyncio.create_task(subscription.fetch(500, timeout=5))
    while stored < total:
        messages = await following
        following = asyncio.create_task(subscription.fetch(500, timeout=5))
        await postgres.execute(_INSERT, *_columns([orjson.loads(message.data) for message in messages]))
        for message in messages:
            await message.ack()
        stored += len(messages)
    await connection.flush()
    seconds = time.perf_counter() - begun
    following.cancel()
    await postgres.execute("DROP TABLE bench_feedback")
    print(json.dumps({"seconds": seconds}))
    await connection.close()


def _columns(rows: list[dict[str, Any]]) -> list[list[Any]]:
    for row in rows:
        row["occurred_at"] = datetime.fromisoformat(row["occurred_at"])
        for name in ("input", "correction"):
            if name in row:
                row[name] = orjson.dumps(row[name]).decode()
    return [["acme"] * len(rows), *([row.get(name) for row in rows] for name in COLUMNS)]


if __name__ == "__main__":
    uvloop.run(main())
