"""Where the card of a prompt version is written: what it was chosen from, what it holds, and what was not measured."""

from collections.abc import Mapping
from dataclasses import dataclass

from trainer.trainers import cards
from trainer.trainers.chat.answering import Prompter
from trainer.trainers.kind import Snapshot

FEW_HELD_ROWS = 30
SHOWN = 20
UNTRIED = (
    "No language model was asked: the metrics say whether the known examples hold the answers, not how well a model "
    "does with this prompt."
)
ESTIMATED = "Tokens are estimated: one for four plain characters, one for every other character."
METHOD = (
    "few-shot prompt: examples by maximal marginal relevance over TF-IDF of words and pieces of words, within a budget "
    "of estimated tokens"
)


@dataclass(frozen=True)
class Facts:
    """All that a card is written from; `used` counts the training rows that examples were chosen from."""

    snapshot: Snapshot
    used: int
    prompter: Prompter


def write(facts: Facts, metrics: Mapping[str, float]) -> dict[str, object]:
    """The card as plain JSON."""
    prompter = facts.prompter
    return {
        "data": _rows(facts),
        "method": METHOD,
        "prompt": prompter.prompt,
        "examples": [{"input": example.input, "output": example.output} for example in prompter.picked[:SHOWN]],
        "metrics": dict(metrics),
        "limits": _limits(facts, metrics),
        **cards.made_with(prompter.parameters),
    }


def _rows(facts: Facts) -> dict[str, object]:
    snapshot = facts.snapshot
    return {
        "snapshot": snapshot.sha256,
        "train_rows": snapshot.train.height,
        "used_rows": facts.used,
        "holdout_rows": snapshot.holdout.height,
        "split_rule": snapshot.rule,
        "removed": dict(snapshot.removed),
    }


def _limits(facts: Facts, metrics: Mapping[str, float]) -> list[str]:
    wanted, held = facts.prompter.parameters.examples, facts.snapshot.holdout.height
    limits = [UNTRIED, ESTIMATED]
    if metrics["prompt_examples"] < wanted:
        limits.append(
            f"The prompt holds {metrics['prompt_examples']:.0f} of {wanted} examples; others did not fit the budget or "
            "nearly repeat these."
        )
    if held < FEW_HELD_ROWS:
        limits.append(f"Measured on {held} rows only; the metrics are rough.")
    return limits
