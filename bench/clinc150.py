"""Where CLINC150 is pushed through the public API alone: corrections in, a trained version out, its test measured.

The data lies outside the repository: RATCHET_DATA names its folder, else `../shared/data` is looked at.
"""

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import httpx

from bench import report
from stack.temporary import running

Row = tuple[str, str]
TASK = "intents"
BINS = 15
Item = TypeVar("Item")


def main() -> None:
    file = Path(os.environ.get("RATCHET_DATA", "../shared/data")) / "clinc150" / "data_full.json"
    if not file.exists():
        report.say(f"CLINC150 is skipped: there is no {file}; RATCHET_DATA names the folder of data sets.")
        return
    data = json.loads(file.read_text())
    report.title("CLINC150 through the public API: 15,000 corrections, a job, 4,500 predictions")
    with running() as stacked, _client(stacked.local.gateway_url, stacked.headers) as http:
        seconds = {"corrections to approved examples": _teach(http, data["train"]), "job": _train(http)}
        begun = time.perf_counter()
        answers = list(_predict(http, [text for text, _ in data["test"]]))
        seconds["4,500 predictions"] = time.perf_counter() - begun
    truth = [label for _, label in data["test"]]
    _tell(truth, answers, seconds)


def _client(url: str, headers: dict[str, str]) -> httpx.Client:
    return httpx.Client(base_url=f"{url}/v1", headers=headers, timeout=60)


def _teach(http: httpx.Client, rows: Sequence[Row]) -> float:
    """Send every training row as a correction and approve the examples that come of it."""
    begun = time.perf_counter()
    http.post("/tasks", json={"key": TASK}).raise_for_status()
    for chunk in _chunks(rows):
        opinions = [{"task": TASK, "input": text, "correction": label, "source": "expert"} for text, label in chunk]
        http.post("/feedback", json=opinions).raise_for_status()
    approved = 0
    while approved < len(rows):
        approved += _approve(http)
        if time.perf_counter() - begun > 300:
            sys.exit(f"only {approved} of {len(rows)} corrections became examples within 300 s")
    return time.perf_counter() - begun


def _approve(http: httpx.Client) -> int:
    pending = http.get("/examples", params={"task": TASK, "status": "pending", "limit": 1000}).raise_for_status()
    ids = [each["id"] for each in pending.json()["items"]]
    if not ids:
        time.sleep(0.2)
        return 0
    answer = http.post("/examples/review", json={"ids": ids, "verdict": "approve"}).raise_for_status()
    return int(answer.json()["reviewed"])


def _train(http: httpx.Client) -> float:
    begun = time.perf_counter()
    job = http.post("/training/jobs", json={"task": TASK}).raise_for_status().json()
    while job["status"] not in {"succeeded", "failed", "cancelled"}:
        time.sleep(0.1)
        job = http.get(f"/training/jobs/{job['id']}").raise_for_status().json()
    if job["status"] != "succeeded":
        sys.exit(f"the job {job['status']}: {job['error']}")
    return time.perf_counter() - begun


def _predict(http: httpx.Client, texts: Sequence[str]) -> Iterator[tuple[str, float]]:
    for chunk in _chunks(texts):
        body = {"inputs": [{"text": text} for text in chunk]}
        answer = http.post(f"/tasks/{TASK}/predict", json=body).raise_for_status().json()
        yield from ((each["label"], each["confidence"]) for each in answer["predictions"])


def _chunks(items: Sequence[Item], size: int = 1000) -> Iterator[Sequence[Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _tell(truth: Sequence[str], answers: Sequence[tuple[str, float]], seconds: dict[str, float]) -> None:
    right = [label == said for label, (said, _) in zip(truth, answers, strict=True)]
    error = _calibration_error(right, [confidence for _, confidence in answers])
    report.table(("in-scope test", "measured", "wanted"), [
        ("accuracy", f"{sum(right) / len(right):.4f}", "at least .92"),
        ("expected calibration error", f"{error:.4f}", "at most .04"),
        *((name, f"{value:.1f} s", "") for name, value in seconds.items()),
    ])  # fmt: skip


def _calibration_error(right: Sequence[bool], confidence: Sequence[float]) -> float:
    """Expected calibration error over equally wide bins (Naeini et al. 2015)."""
    bins: dict[int, list[tuple[bool, float]]] = {}
    for was_right, sure in zip(right, confidence, strict=True):
        bins.setdefault(min(BINS - 1, int(sure * BINS)), []).append((was_right, sure))
    gaps = (abs(sum(was for was, _ in each) - sum(sure for _, sure in each)) for each in bins.values())
    return sum(gaps) / len(right)
