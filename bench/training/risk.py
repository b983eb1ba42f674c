"""Where risks are measured: German credit, and generated tables of the size of a census and of a large company."""

import os
import resource
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score, brier_score_loss, f1_score, roc_auc_score
from threadpoolctl import threadpool_limits

from bench import report
from bench.training.table import Bar, Figure, Row, skipped
from trainer.trainers.kind import Trained, Workshop
from trainer.trainers.risk import kind

FOLDS = 5
GERMAN_BAR = 0.78
CENSUS_ROWS, LARGE_ROWS, LARGE_FURTHER_COLUMNS = 32_000, 500_000, 22


class Silent:
    def progress(self, fraction: float, step: str, message: str = "") -> None: ...

    def metric(self, name: str, value: float, step: int | None = None) -> None: ...


def rows() -> list[Row]:
    """Measure every table; the large one takes some minutes."""
    return [
        *_german(),
        *_generated(f"census-like ({CENSUS_ROWS:,} rows)", _census(CENSUS_ROWS, 0)),
        *_generated(f"large ({LARGE_ROWS:,} rows, 30 columns)", _census(LARGE_ROWS, LARGE_FURTHER_COLUMNS)),
    ]


def _german() -> list[Row]:
    file = Path(os.environ.get("RATCHET_DATA", "../shared/data")) / "german_credit" / "german.data"
    if not file.exists():
        return [skipped("German credit", f"there is no {file}")]
    lines = [line.split() for line in file.read_text().splitlines() if line.strip()]
    table = pl.DataFrame({f"a{place + 1}": column for place, column in enumerate(zip(*lines, strict=True))})
    table = table.rename({table.columns[-1]: "label"})
    folds = _folds(table["label"].to_numpy())
    reference, ours = _averaged(table, folds, _reference), _averaged(table, folds, _ours)
    name = f"German credit ({table.height:,} rows, {FOLDS} folds)"
    bars = {"roc_auc": Bar(f"at least {GERMAN_BAR}", float(ours["roc_auc"].value) >= GERMAN_BAR)}
    return [Row(name, measure, reference[measure], ours[measure], bars.get(measure)) for measure in MEASURES]


MEASURES = ("roc_auc", "pr_auc", "brier", "f1")


def _averaged(table: pl.DataFrame, folds: np.ndarray, measure: Any) -> dict[str, Figure]:
    begun, cpu = time.perf_counter(), time.process_time()
    found: list[dict[str, float]] = []
    for fold in range(FOLDS):
        sides = pl.Series("split", np.where(folds == fold, "holdout", "train"))
        name, metrics = measure(table.with_columns(sides))
        found.append(metrics)
    spent = (time.perf_counter() - begun, time.process_time() - cpu)
    return {each: Figure(name, float(np.mean([metrics[each] for metrics in found])), *spent) for each in MEASURES}


def _ours(table: pl.DataFrame) -> tuple[str, dict[str, float]]:
    return "risk", _trained(table).metrics


def _trained(table: pl.DataFrame) -> Trained:
    parameters = kind.parameters()
    return kind.train(kind.split(table, parameters, ""), parameters, Workshop(Silent()))


def _reference(table: pl.DataFrame) -> tuple[str, dict[str, float]]:
    """Scikit-learn's boosting as it comes, on the same sides, called at one half."""
    snapshot = kind.split(table, kind.parameters(), "")
    risk = str(table["label"].value_counts().sort("count")["label"][0])
    kept = snapshot.train.vstack(snapshot.holdout).drop("label", "split", strict=False)
    columns = [_plain(kept[name]) for name in kept.columns]
    truth = (snapshot.train["label"] == risk).to_numpy(), (snapshot.holdout["label"] == risk).to_numpy()
    matrix = np.column_stack([values for values, _ in columns])
    model = HistGradientBoostingClassifier(categorical_features=[is_text for _, is_text in columns], random_state=0)
    with threadpool_limits(1):
        said = model.fit(matrix[: len(truth[0])], truth[0]).predict_proba(matrix[len(truth[0]) :])[:, 1]
    return "HistGradientBoosting", {
        "roc_auc": float(roc_auc_score(truth[1], said)),
        "pr_auc": float(average_precision_score(truth[1], said)),
        "brier": float(brier_score_loss(truth[1], said)),
        "f1": float(f1_score(truth[1], said >= 0.5)),
    }


def _plain(column: pl.Series) -> tuple[np.ndarray, bool]:
    """A column as floats, and whether it holds text."""
    numbers = column.cast(pl.Float64, strict=False)
    if numbers.null_count() == column.null_count():
        return numbers.to_numpy(), False
    return column.cast(pl.Categorical).to_physical().cast(pl.Float64).to_numpy(), True


def _folds(labels: np.ndarray) -> np.ndarray:
    """A fold for every row, each with its share of both labels."""
    shuffled = np.random.default_rng(0).permutation(len(labels))
    by_label = shuffled[np.argsort(labels[shuffled], kind="stable")]
    folds = np.empty(len(labels), int)
    folds[by_label] = np.arange(len(labels)) % FOLDS
    return folds


def _generated(name: str, table: pl.DataFrame) -> list[Row]:
    report.say(f"risk: {name}")
    begun, cpu = time.perf_counter(), time.process_time()
    label, metrics = _reference(table)
    theirs = (time.perf_counter() - begun, time.process_time() - cpu)
    begun, cpu = time.perf_counter(), time.process_time()
    trained = _trained(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent = (time.perf_counter() - begun, time.process_time() - cpu, peak)
    return [
        *(
            Row(name, each, Figure(label, metrics[each], *theirs), Figure("risk", trained.metrics[each], *spent))
            for each in MEASURES
        ),
        _answering(name, trained, table.drop("label").head(1_000).to_dicts()),
    ]


def _answering(name: str, trained: Trained, inputs: Sequence[dict[str, Any]]) -> Row:
    predictor = kind.load(trained.artifact)
    seconds: list[float] = []
    for given in inputs[:200]:
        begun = time.process_time()
        predictor.predict([given])
        seconds.append(time.process_time() - begun)
    begun = time.process_time()
    predictor.predict(list(inputs))
    batch = time.process_time() - begun
    said = f"{np.median(seconds) * 1_000:.1f} ms, 1,000 rows {batch:.2f} s, {len(trained.artifact) / 2**20:.1f} MB"
    return Row(
        name, "one answer with reasons, cpu", None, Figure("risk", said), Bar("below 5 ms", np.median(seconds) < 0.005)
    )


def _census(rows: int, further: int) -> pl.DataFrame:
    """People who earn much or not, and `further` columns that say nothing."""
    random = np.random.default_rng(0)
    age, education, hours = random.integers(17, 90, rows), random.integers(1, 17, rows), random.normal(40, 12, rows)
    gain = np.where(random.random(rows) < 0.08, random.lognormal(8, 1.2, rows), 0).round()
    job, status, country = random.integers(0, 14, rows), random.integers(0, 7, rows), random.geometric(0.3, rows)
    by_numbers = 0.05 * np.minimum(age, 55) + 0.28 * (education - 9) + 0.03 * (hours - 40) + 0.0003 * gain
    by_names = 1.8 * (status == 2) + 0.35 * (job % 5 - 2) + 1.5 * ((job == 3) & (education > 12))
    rich = random.random(rows) < 1 / (1 + np.exp(5.2 - by_numbers - by_names))
    columns: dict[str, Any] = {"age": age, "education": education, "hours": hours.round(), "gain": gain}
    for name, codes in (("job", job), ("status", status), ("country", np.minimum(country, 40))):
        columns[name] = [None if code == 7 else f"{name} {code}" for code in codes.tolist()]
    for place in range(further + 1):
        columns[f"noise {place}"] = np.where(random.random(rows) < 0.05, np.nan, random.normal(size=rows))
    return pl.DataFrame({**columns, "label": np.where(rich, "high", "low")}, nan_to_null=True)
