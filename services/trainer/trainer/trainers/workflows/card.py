"""Where the card of ranked templates is written: what was decided and why, and what is known of each template."""

from dataclasses import dataclass

import polars as pl

from trainer.trainers import cards, replaying
from trainer.trainers.kind import Snapshot
from trainer.trainers.replaying import Gain
from trainer.trainers.workflows.model import Model
from trainer.trainers.workflows.parameters import WorkflowsParameters
from trainer.trainers.workflows.rows import KNOWN, VALUE

CURRENT = "today's counts"
LEARNT_FROM = (
    "A probability says how likely people accept a template that is offered, not whether using it does good; and it is "
    "learnt only from templates that were offered."
)
SHOWN = 50
FEW_OUTCOMES = 10
FEW_ROWS = 100


@dataclass(frozen=True)
class Facts:
    """All that a card is written from; `model` is the one that the artifact holds."""

    snapshot: Snapshot
    parameters: WorkflowsParameters
    model: Model
    gain: Gain


def write(facts: Facts, metrics: dict[str, float]) -> dict[str, object]:
    """The card as plain JSON."""
    tree = facts.model.tree
    return {
        "data": _rows(facts),
        "decision": facts.gain.facts(CURRENT),
        "method": {
            "probabilities": "Beta-Binomial, each node shrunk to the one above it by empirical Bayes",
            "columns": list(tree.columns),
            "strengths": [level.strength for level in tree.levels],
            "edited": tree.edited,
        },
        "metrics": metrics,
        "slices": _slices(facts),
        "limits": _limits(facts),
        **cards.made_with(facts.parameters),
    }


def _rows(facts: Facts) -> dict[str, object]:
    snapshot = facts.snapshot
    columns = replaying.without(snapshot.train.columns, KNOWN)
    return {
        "snapshot": snapshot.sha256,
        "train_rows": snapshot.train.height,
        "used_rows": snapshot.train.height,
        "holdout_rows": snapshot.holdout.height,
        "split_rule": snapshot.rule,
        "removed": dict(snapshot.removed),
        "templates": len(facts.model.templates),
        "unused_context": [column for column in columns if column not in facts.model.tree.columns],
    }


def _slices(facts: Facts) -> list[dict[str, object]]:
    """What every template is like on both sides, those offered most first."""
    learnt, held = (_sums(side) for side in (facts.snapshot.train, facts.snapshot.holdout))
    sides = learnt.join(held, on="template", how="left", suffix="_held").sort(
        ["shown", "template"], descending=[True, False]
    )
    return [
        {
            "template": row["template"],
            "outcomes": row["shown"],
            "acceptance": replaying.digits(row["worth"]),
            "replayed": row["shown_held"] or 0,
            "replayed_acceptance": replaying.digits(row["worth_held"]),
        }
        for row in sides.head(SHOWN).iter_rows(named=True)
    ]


def _sums(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by("template").agg(pl.len().alias("shown"), pl.col(VALUE).mean().alias("worth"))


def _limits(facts: Facts) -> list[str]:
    snapshot, limits = facts.snapshot, [LEARNT_FROM]
    counts = snapshot.train["template"].value_counts()
    few = sorted(counts.filter(pl.col("count") < FEW_OUTCOMES)["template"].to_list())
    unknown = sorted(set(snapshot.holdout["template"]) - set(facts.model.templates))
    if few:
        limits.append(f"Fewer than {FEW_OUTCOMES} outcomes, so mostly like all templates: {replaying.listed(few)}.")
    if unknown:
        limits.append(f"In the replayed rows but not known, so like all templates: {replaying.listed(unknown)}.")
    if snapshot.holdout.height < FEW_ROWS:
        limits.append(f"Measured on {snapshot.holdout.height} rows only; the metrics are rough.")
    return limits
