"""Where wrong labels are planted among examples, and the quality that Ratchet gives them is asked for over the API.

CLINC150 lies outside the repository: RATCHET_DATA names its folder, else `../shared/data` is looked at. The other texts
are first sentences of docstrings in the packages that are installed, labelled by package.
"""

import json
import os
import random
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

from bench import docstrings, report
from bench.docstrings import Row
from stack.temporary import running

WRONG = 0.08
WANTED = 0.97
NUMBER = re.compile(r"[+-]?\d+\.\d\d")
BY_CLASSIFIER = "The model, trained without it"
Figures = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Planted:
    """Texts with given labels, of which some are wrong."""

    name: str
    rows: Sequence[Row]
    wrong: Sequence[bool]


def main() -> None:
    told = docstrings.docstrings()
    sets = [("docstrings", told), ("docstrings-skewed", docstrings.skewed(told)), ("two-labels", docstrings.two())]
    file = Path(os.environ.get("RATCHET_DATA", "../shared/data")) / "clinc150" / "data_full.json"
    if file.exists():
        sets.insert(0, ("clinc150", [(text, label) for text, label in json.loads(file.read_text())["train"]]))
    else:
        report.say(f"CLINC150 is skipped: there is no {file}; RATCHET_DATA names the folder of data sets.")
    report.title(f"{WRONG:.0%} wrong labels planted, found by the quality of examples (AUROC; wanted {WANTED})")
    with running() as stacked, _client(stacked.local.gateway_url, stacked.headers) as http:
        for name, rows in sets:
            _measure(http, planted(name, rows))


def planted(name: str, rows: Sequence[Row], seed: int = 0) -> Planted:
    """Give some rows the label of another row, never their own."""
    chance = random.Random(f"{name}{seed}")
    labels = [label for _, label in rows]
    known = sorted(set(labels))
    wrong = set(chance.sample(range(len(rows)), round(WRONG * len(rows))))
    given = [
        chance.choice([each for each in known if each != label]) if place in wrong else label
        for place, label in enumerate(labels)
    ]
    spoilt = [(text, label) for (text, _), label in zip(rows, given, strict=True)]
    return Planted(name, spoilt, [place in wrong for place in range(len(rows))])


def _client(url: str, headers: dict[str, str]) -> httpx.Client:
    return httpx.Client(base_url=f"{url}/v1", headers=headers, timeout=60)


def _measure(http: httpx.Client, made: Planted) -> None:
    places = _submit(http, made)
    state, seconds = _assess(http, made)
    found = _figures(http, made, places)
    begun = time.perf_counter()
    figures: Figures = {
        "quality without p(label)": found["plain"],
        "quality": found["quality"],
        "p(label) alone": found["p"],
        "scikit-learn: TF-IDF, logistic regression": _plain(made.rows),
    }
    labels = len({label for _, label in made.rows})
    report.say(
        f"{made.name}: {len(made.rows):,} examples of {labels} labels, {state['assessed']:,} assessed in "
        f"{seconds:.0f} s (scikit-learn {time.perf_counter() - begun:.0f} s)"
    )
    report.table(("found by", "AUROC", "precision"), [
        (name, f"{roc_auc_score(made.wrong, -np.array(each)):.4f}", f"{_precision(made.wrong, each):.3f}")
        for name, each in figures.items()
    ])  # fmt: skip


def _submit(http: httpx.Client, made: Planted) -> dict[str, int]:
    """Send every row as a correction under a key of its own; gives the place of each row by key."""
    http.post("/tasks", json={"key": made.name}).raise_for_status()
    keys = {f"{made.name}-{place}": place for place in range(len(made.rows))}
    opinions = [
        {"key": key, "task": made.name, "input": text, "correction": label, "source": "user"}
        for key, (text, label) in zip(keys, made.rows, strict=True)
    ]
    for start in range(0, len(opinions), 1000):
        http.post("/feedback", json=opinions[start : start + 1000]).raise_for_status()
    begun = time.perf_counter()
    while http.get("/examples/stats", params={"task": made.name}).raise_for_status().json()["total"] < len(keys):
        time.sleep(0.2)
        if time.perf_counter() - begun > 300:
            sys.exit(f"not all corrections of {made.name} became examples within 300 s")
    return keys


def _assess(http: httpx.Client, made: Planted) -> tuple[dict[str, Any], float]:
    """Have all examples assessed; one that began by the clock may have seen a part of them."""
    while True:
        begun = time.perf_counter()
        state = http.post(f"/tasks/{made.name}/examples/assess").raise_for_status().json()
        while state["status"] in {"queued", "running"}:
            time.sleep(0.2)
            state = http.get(f"/tasks/{made.name}/examples/assessment").raise_for_status().json()
        if state["status"] != "succeeded":
            sys.exit(f"the assessment of {made.name} {state['status']}: {state['problem']}")
        if state["examples"] == len(made.rows):
            return state, time.perf_counter() - begun


def _figures(http: httpx.Client, made: Planted, places: Mapping[str, int]) -> Figures:
    """Read quality, with and without what the classifier changed, and p(label), of which a missing one is certain."""
    found = {name: [1.0] * len(places) for name in ("quality", "plain", "p")}
    for example in _examples(http, made.name):
        place = places[example["feedback_key"]]
        found["quality"][place] = example["quality"]
        found["plain"][place] = sum(float(NUMBER.findall(each)[-1]) for each in example["quality_reasons"]
                                    if not each.startswith(BY_CLASSIFIER))  # fmt: skip
        found["p"][place] = 1.0 if example["p_label"] is None else example["p_label"]
    return found


def _examples(http: httpx.Client, task: str) -> Iterator[dict[str, Any]]:
    cursor: dict[str, str] = {}
    while True:
        page = http.get("/examples", params={"task": task, "limit": 1000, **cursor}).raise_for_status().json()
        yield from page["items"]
        if page["next_cursor"] is None:
            return
        cursor = {"cursor": page["next_cursor"]}


def _precision(wrong: Sequence[bool], figures: Sequence[float]) -> float:
    """Give the share of wrong labels among as many as were planted, the lowest first."""
    order = np.argsort(figures, kind="stable")[: sum(wrong)]
    return float(np.mean(np.array(wrong)[order]))


def _plain(rows: Sequence[Row]) -> Sequence[float]:
    """Give the probability of each label as anybody would work it out, ignoring that texts may repeat."""
    texts, labels = [text for text, _ in rows], np.array([label for _, label in rows])
    model = make_pipeline(
        TfidfVectorizer(sublinear_tf=True), OneVsRestClassifier(LogisticRegression(C=10, solver="liblinear"))
    )
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    found = np.asarray(cross_val_predict(model, texts, labels, cv=folds, method="predict_proba"))
    return [float(row[code]) for row, code in zip(found, np.searchsorted(np.unique(labels), labels), strict=True)]


if __name__ == "__main__":
    main()
