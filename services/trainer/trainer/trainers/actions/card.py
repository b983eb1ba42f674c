"""Where the card of weighed rules is written: what was decided and why, rule by rule and signal by signal."""

from dataclasses import asdict, dataclass

import numpy as np
import polars as pl

from trainer.trainers import cards, replaying
from trainer.trainers.actions.learning import Choice
from trainer.trainers.actions.model import Scorer
from trainer.trainers.actions.parameters import ActionsParameters
from trainer.trainers.actions.scoring import replay
from trainer.trainers.kind import Snapshot
from trainer.trainers.replaying import Gain

CURRENT = "today's weights and thresholds"
LEARNT_FROM = (
    "A score says how likely people accept the rule, not whether following it does good; and it is learnt only from "
    "proposals that were shown."
)
SHOWN = 50
FEW_ROWS = 100


@dataclass(frozen=True)
class Facts:
    """All that a card is written from; `scorers` are today's and the learnt one."""

    snapshot: Snapshot
    parameters: ActionsParameters
    choice: Choice
    scorers: tuple[Scorer, Scorer]
    gain: Gain

    @property
    def result(self) -> Scorer:
        """The scorer that the artifact answers with."""
        return self.scorers[self.gain.proven]


def write(facts: Facts, metrics: dict[str, float]) -> dict[str, object]:
    """The card as plain JSON."""
    return {
        "data": _rows(facts),
        "decision": facts.gain.facts(CURRENT),
        "method": {
            "weights": "logistic regression, maximum a posteriori, held to today's weights, none below 0",
            "thresholds": "lowest score above which acceptance surely reaches the target, by Clopper and Pearson",
            **asdict(facts.choice),
        },
        "metrics": metrics,
        "signals": _signals(facts),
        "slices": _slices(facts),
        "limits": _limits(facts),
        **cards.made_with(facts.parameters),
    }


def _rows(facts: Facts) -> dict[str, object]:
    snapshot = facts.snapshot
    return {
        "snapshot": snapshot.sha256,
        "train_rows": snapshot.train.height,
        "used_rows": snapshot.train.height,
        "holdout_rows": snapshot.holdout.height,
        "split_rule": snapshot.rule,
        "removed": dict(snapshot.removed),
        "rules": len(facts.result.rules),
        "ignored_columns": _ignored(facts),
    }


def _ignored(facts: Facts) -> list[str]:
    columns = replaying.without(facts.snapshot.train.columns, ("rule", "outcome"))
    return [column for column in columns if column not in facts.result.signals.names]


def _signals(facts: Facts) -> list[dict[str, object]]:
    """The weight of every signal in the units of its column, a mean over rules, today, as learnt, and as served."""
    today, learnt, served = (_weights(scorer) for scorer in (*facts.scorers, facts.result))
    return [
        {"signal": name, "today": today.get(name, 0.0), "learnt": learnt[name], "served": served.get(name, 0.0)}
        for name in sorted(learnt, key=lambda name: (-served.get(name, 0.0), name))
    ]


def _weights(scorer: Scorer) -> dict[str, float]:
    raw = scorer.weights.of_signals.mean(axis=0) / scorer.signals.scale
    return dict(zip(scorer.signals.names, replaying.rounded(raw).tolist(), strict=True))


def _slices(facts: Facts) -> list[dict[str, object]]:
    """What every rule is like, those with the most outcomes first."""
    counts = dict(facts.snapshot.train["rule"].value_counts().iter_rows())
    most = sorted(facts.result.rules, key=lambda rule: (-counts.get(rule, 0), rule))
    return [{"rule": rule, "outcomes": counts.get(rule, 0), **_slice(facts, rule)} for rule in most[:SHOWN]]


def _slice(facts: Facts, rule: str) -> dict[str, object]:
    holdout = facts.snapshot.holdout.filter(pl.col("rule") == rule)
    measured = replay(facts.result, holdout).metrics() if holdout.height else {"samples": 0.0}
    today, learnt = (_threshold(scorer, rule) for scorer in facts.scorers)
    return {**measured, "threshold_today": today, "threshold_learnt": learnt}


def _threshold(scorer: Scorer, rule: str) -> float | None:
    return dict(zip(scorer.rules, scorer.thresholds, strict=True)).get(rule)


def _limits(facts: Facts) -> list[str]:
    train, fewest = facts.snapshot.train, facts.parameters.min_outcomes
    few = sorted(train["rule"].value_counts().filter(pl.col("count") < fewest)["rule"].to_list())
    served = zip(facts.result.rules, facts.result.thresholds, strict=True)
    never = [rule for rule, threshold in served if threshold is None]
    limits = [LEARNT_FROM]
    if few:
        limits.append(f"Fewer than {fewest} outcomes, so the threshold stays as it is: {replaying.listed(few)}.")
    if never:
        target = facts.parameters.target_precision
        limits.append(f"Never recommended, for acceptance surely stays below {target:g}: {replaying.listed(never)}.")
    if facts.snapshot.holdout.height < FEW_ROWS:
        limits.append(f"Measured on {facts.snapshot.holdout.height} rows only; the metrics are rough.")
    if unheld := np.flatnonzero(facts.scorers[1].weights.of_signals.mean(axis=0) == 0).tolist():
        names = facts.scorers[1].signals.names
        limits.append(
            f"Without weight, for no evidence speaks for them: {replaying.listed([names[each] for each in unheld])}."
        )
    return limits
