"""Where the answers that a prompt version finds are compared with the ideal ones."""

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import polars as pl

from trainer.trainers import duplicates
from trainer.trainers.chat import prompt
from trainer.trainers.chat.answering import Prompter
from trainer.trainers.chat.storing import load
from trainer.trainers.chat.written import WrittenPrompt
from trainer.trainers.kind import Evaluation

COVERED = 0.5
MEASURE = "words of the ideal answer missed or added"
BASELINE = "the commonest answer"
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


def evaluate(artifact: bytes, rows: pl.DataFrame) -> Evaluation:
    """Measure an artifact on rows with the columns `input` and `output`; raises `UnreadableArtifact`.

    A row's loss is 1 less the similarity (`similarity`) of the answer that is found by the nearest known question to
    the ideal answer. No language model takes part: what is measured is whether the known examples hold the answer. The
    baseline gives the commonest ideal answer to every question. A prompt that a person wrote knows no answers and
    cannot be measured: its losses are NaN.
    """
    loaded = load(artifact)
    return _unmeasured(loaded, rows) if isinstance(loaded, WrittenPrompt) else examined(loaded, rows)


def examined(prompter: Prompter, rows: pl.DataFrame) -> Evaluation:
    """Measure a loaded version.

    The metrics are `loss`, the mean of the losses; `samples`, the rows measured; `coverage`, the share of questions
    with a known one at least half as similar as an equal one; `exact`, the share of answers that were word for word
    right; `prompt_tokens` and `prompt_examples`, the size of the prompt, as estimated.
    """
    ideal = rows["output"].to_list()
    nearest = prompter.index.nearest(rows["input"].to_list(), 1)
    found = [prompter.examples[places[0]].output for places, _ in nearest]
    losses = _losses(found, ideal)
    metrics = {
        "loss": float(np.mean(losses)),
        "samples": float(len(losses)),
        "coverage": float(np.mean([similarities[0] >= COVERED for _, similarities in nearest])),
        "exact": float(np.mean([loss == 0 for loss in losses])),
        **size(prompter),
    }
    baseline = _losses([_commonest(ideal)] * len(ideal), ideal)
    return Evaluation(metrics, losses, "rows", MEASURE, baseline, BASELINE)


def size(prompter: Prompter) -> dict[str, float]:
    """How much the prompt takes."""
    taken = sum(example.tokens for example in prompter.picked)
    fixed = prompt.fixed_tokens(prompter.parameters.system)
    return {"prompt_tokens": float(fixed + taken), "prompt_examples": float(len(prompter.chosen))}


def similarity(answer: str, ideal: str) -> float:
    """How far two answers share their words, from 0 to 1.

    The harmonic mean of precision and recall over words, counted as often as they occur (Rajpurkar et al., EMNLP 2016,
    section 6.1); of Chinese, Japanese and Korean over characters. Case, punctuation and order make no difference.
    """
    mine, theirs = (Counter(WORD.findall(text)) for text in duplicates.normalised(pl.Series([answer, ideal])))
    return _overlap(mine, theirs)


def _unmeasured(written: WrittenPrompt, rows: pl.DataFrame) -> Evaluation:
    metrics = {"samples": 0.0, "prompt_tokens": float(prompt.fixed_tokens(written.text)), "prompt_examples": 0.0}
    return Evaluation(metrics, [math.nan] * rows.height, "rows", MEASURE)


def _losses(answers: Sequence[str], ideal: Sequence[str]) -> list[float]:
    mine, theirs = (
        [Counter(WORD.findall(text)) for text in duplicates.normalised(pl.Series(texts, dtype=pl.String))]
        for texts in (answers, ideal)
    )
    return [1 - _overlap(answered, wanted) for answered, wanted in zip(mine, theirs, strict=True)]


def _overlap(mine: Counter[str], theirs: Counter[str]) -> float:
    both = mine.total() + theirs.total()
    return 2 * (mine & theirs).total() / both if both else 1.0


def _commonest(answers: Sequence[str]) -> str:
    counts = Counter(answers)
    return min(counts, key=lambda answer: (-counts[answer], answer))
