"""Where an actions training goes from a log to an artifact, and decides whether anything changes."""

from trainer.trainers import replaying
from trainer.trainers.actions import card, learning, scoring, thresholds
from trainer.trainers.actions.model import Model, Scorer, dump, load
from trainer.trainers.actions.parameters import ActionsParameters
from trainer.trainers.actions.rows import signals_of
from trainer.trainers.kind import Snapshot, Trained, UnreadableArtifact, Workshop

READING, CHOOSING, LEARNING, REPLAYING = 0.0, 0.2, 0.6, 0.8


def train(snapshot: Snapshot, parameters: ActionsParameters, workshop: Workshop) -> Trained:
    """Learn weights and thresholds, and take them only if replaying the holdout proves that they are better.

    Otherwise the artifact says what is said today: it is the one that serves, byte for byte, where one does.
    Raises `UnfitTrainingRows`.
    """
    report = workshop.report
    report.progress(READING, "reading signals", f"{snapshot.train.height:,} outcomes")
    previous = _previous(workshop.previous, snapshot)
    today = previous or learning.begin(snapshot.train, parameters)
    report.progress(CHOOSING, "choosing", "how cautiously to learn")
    choice = learning.choose(snapshot, parameters, previous)
    report.progress(LEARNING, "learning weights", f"{len(today.signals.names)} signals")
    learnt = thresholds.renewed(learning.learn(snapshot.train, today, choice), today, snapshot.train, parameters)
    report.progress(REPLAYING, "replaying", f"{snapshot.holdout.height:,} outcomes")
    before, after = (scoring.replay(scorer, snapshot.holdout).losses for scorer in (today, learnt))
    gain = replaying.gain(before, after, parameters.confidence)
    kept = workshop.previous if previous and workshop.previous else dump(Model(today, today))
    artifact = dump(Model(learnt, today)) if gain.proven else kept
    facts = card.Facts(snapshot, parameters, choice, (today, learnt), gain)
    metrics = scoring.evaluate(artifact, snapshot.holdout).metrics
    report.progress(1.0, "changed" if gain.proven else "kept", gain.said(card.CURRENT))
    return Trained(artifact, metrics, card.write(facts, metrics))


def _previous(artifact: bytes | None, snapshot: Snapshot) -> Scorer | None:
    """The scorer that serves; None if it cannot be read or weighs nothing that is in this log."""
    if artifact is None:
        return None
    try:
        scorer = load(artifact).scorer
    except UnreadableArtifact:
        return None
    return scorer if set(scorer.signals.names) & set(signals_of(snapshot.train)) else None
