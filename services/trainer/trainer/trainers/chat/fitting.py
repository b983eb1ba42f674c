"""Where a prompt version is composed, from a snapshot to an artifact with its metrics and card."""

import numpy as np
import polars as pl

from trainer.trainers.archive import Floats
from trainer.trainers.chat import card, choosing, index, scoring
from trainer.trainers.chat.answering import Prompter
from trainer.trainers.chat.parameters import ChatParameters
from trainer.trainers.chat.prompt import Example
from trainer.trainers.chat.storing import dump
from trainer.trainers.kind import Snapshot, Trained, Workshop

UNRATED = 0.5
READING, CHOOSING, MEASURING = 0.0, 0.5, 0.7


def train(snapshot: Snapshot, parameters: ChatParameters, workshop: Workshop) -> Trained:
    """Choose examples among the training rows and measure on the holdout what the known answers cover.

    Raises `UnfitTrainingRows` if the budget holds no example or no question holds a word.
    """
    report = workshop.report
    used = _sampled(snapshot.train, parameters)
    report.progress(READING, "reading questions", f"{used.height} examples")
    examples = [Example(asked, said) for asked, said in zip(used["input"], used["output"], strict=True)]
    found = index.build([example.input for example in examples])
    report.progress(CHOOSING, "choosing examples")
    chosen = choosing.choose(found, examples, _quality(used), parameters)
    prompter = Prompter(parameters, tuple(examples), tuple(chosen), found)
    artifact = dump(prompter)
    report.progress(MEASURING, "measuring on the holdout", f"{snapshot.holdout.height} questions")
    metrics = scoring.examined(prompter, snapshot.holdout).metrics
    for name in ("loss", "coverage"):
        report.metric(name, metrics[name])
    report.progress(1.0, "composed", f"{len(chosen)} examples, {metrics['prompt_tokens']:.0f} tokens")
    return Trained(artifact, metrics, card.write(card.Facts(snapshot, used.height, prompter), metrics))


def _sampled(train: pl.DataFrame, parameters: ChatParameters) -> pl.DataFrame:
    if train.height <= parameters.max_samples:
        return train
    chosen = np.random.default_rng(parameters.seed).choice(train.height, parameters.max_samples, replace=False)
    return train[np.sort(chosen)]


def _quality(used: pl.DataFrame) -> Floats:
    """From 0 to 1; rows that nobody rated count as mediocre, and all are equal where there is no column `quality`."""
    if "quality" not in used.columns:
        return np.ones(used.height, np.float32)
    rated = used["quality"].cast(pl.Float64, strict=False).fill_nan(None)
    return rated.clip(0, 1).fill_null(UNRATED).to_numpy().astype(np.float32)
