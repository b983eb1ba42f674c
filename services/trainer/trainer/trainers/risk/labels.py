"""Where it is found out which two labels the rows have, and which of them is the risk."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trainer.trainers.kind import UnfitTrainingRows

LABEL = "label"
TWO = 2
SHOWN = 5
RISKS = frozenset({
    "true", "yes", "y", "t", "positive", "risk", "risky", "bad", "high", "late", "delayed", "default",
    "defaulted", "fraud", "fraudulent", "churn", "churned", "lost", "fail", "failed", "failure", "defect",
    "defective", "broken", "cancelled", "canceled", "overdue", "unpaid", "returned", "rejected", "attack", "spam",
})  # fmt: skip
SAFE = frozenset({
    "false", "no", "n", "f", "negative", "none", "ok", "good", "low", "fine", "paid", "normal", "kept",
    "on_time", "ontime", "passed", "legitimate",
})  # fmt: skip


def written(labels: pl.Series) -> pl.Series:
    """Labels as text without blanks around them; null where there is nothing; whole numbers without a fraction."""
    if labels.dtype.is_float():
        whole = (labels == labels.round()) & (labels.abs() < 2**53)
        as_whole = labels.cast(pl.Int64, strict=False).cast(pl.String)
        texts = pl.select(pl.when(whole).then(as_whole).otherwise(labels.fill_nan(None).cast(pl.String))).to_series()
    else:
        texts = labels.cast(pl.String, strict=False)
    stripped = texts.str.strip_chars()
    return stripped.set(stripped.str.len_chars() == 0, None).alias(LABEL)


def named_alike(labels: pl.Series) -> pl.Series:
    """The labels, each as it is written most often among those that differ in upper and lower case alone."""
    counts = Counter(labels.to_list())
    spellings: dict[str, str] = {}
    for label in sorted(counts, key=lambda each: (counts[each], each)):
        spellings[label.lower()] = label
    return labels.replace({label: spellings[label.lower()] for label in counts})


def require_two(labels: pl.Series, what: str, fewest: int = 1) -> None:
    """Raise `UnfitTrainingRows` unless there are two labels and `fewest` rows of each."""
    ranked = Counter(labels.to_list()).most_common()
    if len(ranked) == 1:
        raise UnfitTrainingRows(f"{what} has one label, '{ranked[0][0]}'; a risk needs rows with and without it.")
    if len(ranked) > TWO:
        shown = ", ".join(f"'{label}' ({rows} rows)" for label, rows in ranked[:SHOWN])
        more = f" and {len(ranked) - SHOWN} more" if len(ranked) > SHOWN else ""
        raise UnfitTrainingRows(f"{what} has {len(ranked)} labels where a risk has two: {shown}{more}.")
    label, rows = ranked[-1]
    if rows < fewest:
        raise UnfitTrainingRows(f"{what} has {rows} rows labelled '{label}'; at least {fewest} are needed.")


def positive(labels: pl.Series, wanted: str | None) -> tuple[str, str]:
    """The label that is the risk and the other; raises `UnfitTrainingRows` if `wanted` is neither of the two."""
    counts = Counter(labels.to_list())
    rarer, commoner = sorted(counts, key=lambda label: (counts[label], label))
    if wanted is not None:
        matching = [label for label in (rarer, commoner) if label.lower() == wanted.strip().lower()]
        if not matching:
            message = f"The label '{wanted}' was to be the risk, but the rows are labelled '{commoner}' and '{rarer}'."
            raise UnfitTrainingRows(message)
        return (rarer, commoner) if matching[0] == rarer else (commoner, rarer)
    risky = {rarer, commoner} == {"0", "1"} and commoner == "1"
    return (commoner, rarer) if risky or _sounds(commoner) > _sounds(rarer) else (rarer, commoner)


def truths(labels: pl.Series, pair: Sequence[str]) -> NDArray[np.float64]:
    """1 where a row has the first label of the pair, 0 where it has the second, NaN where it has neither."""
    folded = written(labels).str.to_lowercase()
    risk, other = (each.lower() for each in pair)
    values = folded.replace_strict({risk: 1.0, other: 0.0}, default=None, return_dtype=pl.Float64)
    return values.to_numpy().astype(np.float64)


def _sounds(label: str) -> int:
    """1 if the label sounds like a risk, -1 if like the absence of one."""
    name = label.lower().replace(" ", "_").replace("-", "_")
    return (name in RISKS) - (name in SAFE)
