"""Where the steps that journeys are made of are named: whatever a user would do, over the public API."""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
import requests

from stack.temporary import Temporary

Found = TypeVar("Found")
Answered = TypeVar("Answered", httpx.Response, requests.Response)
Body = Any
ENDED = {"succeeded", "failed", "cancelled"}
AWAY = {503, 504}
UNDER_WAY = 409
PATIENCE_S = 60.0
"""On a machine that does much else a service may be taken for one that is gone: its clients then ask again."""


class Journey:
    """One user's way through a running Ratchet."""

    def __init__(self, system: Temporary) -> None:
        self.system = system
        self.task = f"tickets-{secrets.token_hex(4)}"
        self.http = httpx.Client(base_url=f"{system.local.gateway_url}/v1", headers=system.headers, timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def get(self, path: str, **parameters: Any) -> Body:
        return self.answered(self.ask("GET", path, params=parameters))

    def post(self, path: str, body: Any = None) -> Body:
        return self.answered(self.ask("POST", path, json=body))

    def put(self, path: str, body: Any) -> Body:
        return self.answered(self.ask("PUT", path, json=body))

    def ask(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **request: Any
    ) -> httpx.Response:
        """Give whatever is answered, by somebody who is there; what is sent again for that counts once."""
        key = {"Idempotency-Key": secrets.token_hex(16)} if method == "POST" else {}
        return patiently(lambda: self.http.request(method, path, headers=key | dict(headers or {}), **request))

    def answered(self, answer: httpx.Response) -> Body:
        """Give what was answered; a fault is shown with what the services logged about it."""
        if answer.status_code == 500:
            logs = [log.read_text().splitlines() for log in Path(self.system.local.logs).glob("*.log")]
            raise AssertionError(answer.text, [line for lines in logs for line in lines if "failed" in line][-3:])
        return answer.raise_for_status().json()

    def refused(self, method: str, path: str, **request: Any) -> Body:
        """Give the problem with which a request is refused."""
        answer = self.ask(method, path, **request)
        assert answer.status_code >= 400, answer.text
        assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
        return answer.json()

    def create_task(self, **fields: Any) -> Body:
        return self.post("/tasks", {"key": self.task} | fields)

    def teach(self, rows: Sequence[tuple[str, str]]) -> None:
        """Send corrections, wait until they are examples, and approve them."""
        before = self.examples().get("pending", 0) + self.examples().get("approved", 0)
        opinions = [{"task": self.task, "input": text, "correction": label} for text, label in rows]
        for start in range(0, len(opinions), 1000):
            self.post("/feedback", opinions[start : start + 1000])
        eventually(lambda: sum(self.examples().values()) >= before + len(rows) or None)
        while ids := [each["id"] for each in self.pending()]:
            self.post("/examples/review", {"ids": ids, "verdict": "approve"})

    def pending(self) -> Sequence[Body]:
        return self.get("/examples", task=self.task, status="pending", limit=1000)["items"]

    def examples(self) -> dict[str, int]:
        return self.get("/examples/stats", task=self.task)["by"]

    def upload(self, content: bytes) -> Body:
        return self.answered(self.ask("POST", "/datasets", data={"task": self.task}, files={"file": content}))

    def train(self, **fields: Any) -> Body:
        return self.ended(self.post("/training/jobs", {"task": self.task} | fields)["id"])

    def ended(self, job_id: str, within_s: float = 120) -> Body:
        return eventually(lambda: _ended(self.get(f"/training/jobs/{job_id}")), within_s=within_s)

    def predict(self, *texts: str, **fields: Any) -> Body:
        return self.post(f"/tasks/{self.task}/predict", {"inputs": [{"text": text} for text in texts]} | fields)

    def versions(self) -> Sequence[Body]:
        return self.get(f"/tasks/{self.task}/versions")["items"]

    def judged(self, count: int) -> Body:
        """Wait until so many opinions are in the numbers, and give them."""
        return eventually(lambda: _judged(self.get("/metrics", task=self.task, period="all"), count))


def patiently(ask: Callable[[], Answered]) -> Answered:
    """Ask, and ask the same again while nobody is there to answer, as every client of Ratchet should."""
    deadline = time.monotonic() + PATIENCE_S
    while _may_pass(answer := ask()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return answer


def _may_pass(answer: httpx.Response | requests.Response) -> bool:
    is_under_way = answer.status_code == UNDER_WAY and "Retry-After" in answer.headers
    return is_under_way or answer.status_code in AWAY


def _ended(job: Body) -> Body | None:
    return job if job["status"] in ENDED else None


def _judged(metrics: Body, count: int) -> Body | None:
    return metrics if metrics["metrics"]["classification"]["judged"] >= count else None


def eventually(look: Callable[[], Found | None], *, within_s: float = PATIENCE_S) -> Found:
    """Look again and again until there is something to see; raises `AssertionError` after a time."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if (found := look()) is not None:
            return found
        time.sleep(0.05)
    raise AssertionError(f"nothing to see within {within_s:g} s")
