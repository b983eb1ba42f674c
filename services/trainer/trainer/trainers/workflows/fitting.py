"""Where a workflows training goes from a log to an artifact, and decides whether anything changes."""

from trainer.trainers import replaying
from trainer.trainers.kind import Snapshot, Trained, UnreadableArtifact, Workshop
from trainer.trainers.workflows import card, contexts, scoring, tree
from trainer.trainers.workflows.model import Model, build, dump, load
from trainer.trainers.workflows.parameters import WorkflowsParameters

CHOOSING, COUNTING, REPLAYING = 0.0, 0.7, 0.8


def train(snapshot: Snapshot, parameters: WorkflowsParameters, workshop: Workshop) -> Trained:
    """Count outcomes in their context, and take the counts only if replaying the holdout proves that they are better.

    Otherwise the artifact says what is said today: it is the one that serves, byte for byte, where one does, and else
    gives every template the overall acceptance.
    """
    report = workshop.report
    report.progress(CHOOSING, "choosing the context", f"{snapshot.train.height:,} outcomes")
    columns = contexts.choose(snapshot, parameters, report, COUNTING)
    report.progress(COUNTING, "counting", ", ".join(columns))
    templates = sorted(snapshot.train["template"].unique().to_list())
    learnt = build(tree.grow(snapshot.train, columns, parameters.edited), templates)
    previous = _previous(workshop.previous)
    today = previous or build(tree.grow(snapshot.train, (), parameters.edited), templates)
    report.progress(REPLAYING, "replaying", f"{snapshot.holdout.height:,} outcomes")
    before, after = (
        scoring.losses(model.tree.chances(snapshot.holdout), snapshot.holdout) for model in (today, learnt)
    )
    gain = replaying.gain(before, after, parameters.confidence)
    kept = workshop.previous if previous and workshop.previous else dump(today)
    artifact = dump(learnt) if gain.proven else kept
    metrics = scoring.evaluate(artifact, snapshot.holdout).metrics
    facts = card.Facts(snapshot, parameters, learnt if gain.proven else today, gain)
    report.progress(1.0, "changed" if gain.proven else "kept", gain.said(card.CURRENT))
    return Trained(artifact, metrics, card.write(facts, metrics))


def _previous(artifact: bytes | None) -> Model | None:
    """The model that serves; None if it cannot be read."""
    try:
        return load(artifact) if artifact else None
    except UnreadableArtifact:
        return None
