"""Where ten common calls are measured at 100 requests a second, beside an empty route, and what a known key costs."""

import time
from collections.abc import Sequence

import nats
import orjson
import uvloop

from bench import baseline, load, releases, report
from chassis.database import connect
from gateway.access.keyring import Keyring
from stack.temporary import Temporary, running

RATE, SECONDS = 100, 5
TASK = "tickets"
VERSIONS = 20
SETTLE_S = 8.0
KEY_CHECKS = 20_000
OPINION = {"task": TASK, "verdict": "positive"}
ANSWER = {"task": TASK, "input": "where is my card", "output": "delivery", "latency_ms": 12.5}

Orders = Sequence[tuple[load.Target, bytes]]


def main() -> None:
    with running() as stacked:
        made = releases.make_versions(stacked, TASK, VERSIONS)
        time.sleep(SETTLE_S)  # the trainer still imports scikit-learn
        report.title(f"Ten common calls, {RATE} requests/s of each for {SECONDS} s")
        uvloop.run(_measure(stacked, made[-1]))


async def _measure(stacked: Temporary, version_id: str) -> None:
    connection = await nats.connect(stacked.plain_nats_url, nkeys_seed_str=stacked.operator_seed)
    await connection.jetstream().add_stream(name="BENCH", subjects=["bench.feedback"])
    calls, rows = _calls(stacked, version_id), list[tuple[str, ...]]()
    with baseline.empty_route(stacked) as url:
        empty: dict[str, Orders] = {"an empty route that awaits JetStream": [(load.Target(url, {}, 202), b"{}")]}
        for name, orders in (empty | calls).items():
            rows.append(_row(name, await load.in_turn_at_a_rate(orders, rate=RATE, seconds=SECONDS)))
    await connection.jetstream().delete_stream("BENCH")
    await connection.close()
    mixed = [each for orders in calls.values() for each in orders]
    together = await load.in_turn_at_a_rate(mixed, rate=RATE, seconds=SECONDS)
    rows.append(_row(f"all in turn, {RATE} requests/s together", together))
    report.table(("", "requests", "p50 ms", "p95 ms", "p99 ms", "refused"), rows)
    report.say("latency counts from when a request was due")
    report.say(f"a known key is checked in {await _key_check_us(stacked):.1f} µs; wanted: below 50 µs")


def _calls(stacked: Temporary, version_id: str) -> dict[str, Orders]:
    def ask(path: str, body: object = None, status: int = 200) -> Orders:
        url, method = f"{stacked.local.gateway_url}/v1{path}", "GET" if body is None else "POST"
        return [(load.Target(url, stacked.headers, status, method), b"" if body is None else orjson.dumps(body))]

    return {
        "me": ask("/me"),
        "list tasks": ask("/tasks"),
        "show a task": ask(f"/tasks/{TASK}"),
        "show a version": ask(f"/versions/{version_id}"),
        "resolve": ask(f"/tasks/{TASK}/resolve?unit=user-1"),
        "list jobs": ask(f"/training/jobs?task={TASK}"),
        "list examples": ask(f"/examples?task={TASK}&status=pending"),
        "metrics of a day": ask(f"/metrics?task={TASK}"),
        "send feedback": ask("/feedback", OPINION, 202),
        "send an inference": ask("/inferences", ANSWER, 202),
    }


def _row(name: str, outcome: load.Outcome) -> tuple[str, ...]:
    shares = (f"{report.percentile(outcome.latencies, share):.1f}" for share in (0.5, 0.95, 0.99))
    return (name, str(len(outcome.latencies)), *shares, str(outcome.refused))


async def _key_check_us(stacked: Temporary) -> float:
    database = await connect(stacked.local.postgres_url, service="gateway", connections=2)
    keyring = Keyring(database, fresh_s=3600)
    headers = {name.lower().encode(): value.encode() for name, value in stacked.headers.items()}
    await keyring.identify(headers)
    begun = time.perf_counter()
    for _ in range(KEY_CHECKS):
        await keyring.identify(headers)
    took = time.perf_counter() - begun
    await database.close()
    return took / KEY_CHECKS * 1_000_000


if __name__ == "__main__":
    main()
