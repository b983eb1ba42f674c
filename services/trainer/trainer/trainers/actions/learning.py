"""Where today's weights are put on the scale of a log, and others are learnt that start from them."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from trainer.trainers import replaying
from trainer.trainers.actions import rows as reading
from trainer.trainers.actions import weights
from trainer.trainers.actions.model import Scorer
from trainer.trainers.actions.parameters import ActionsParameters
from trainer.trainers.actions.rows import Signals
from trainer.trainers.actions.scoring import replay
from trainer.trainers.actions.weights import Outcomes, Weights
from trainer.trainers.kind import Snapshot, UnfitTrainingRows
from trainer.trainers.replaying import Doubles

BARELY = 0.01
CAUTIONS = (1.0, 10.0, 100.0)
MOST_OWN = 20_000


@dataclass(frozen=True)
class Choice:
    """How weights are learnt: how strongly they are held to today's, and whether each rule gets its own."""

    caution: float = 10.0
    own: bool = False


def begin(train: pl.DataFrame, parameters: ActionsParameters) -> Scorer:
    """The scorer of the weights that are used today, by the parameters; a signal counts as much as any other without.

    Only the ratios of these weights are known, so a common factor and offsets of rules are fitted: to beat it, others
    must weigh signals better, and not only answer on another scale.
    Raises `UnfitTrainingRows` if no signal varies or a weight is given for one that is not there.
    """
    signals = reading.measured(train, reading.signals_of(train))
    if not signals.names:
        raise UnfitTrainingRows("None of the signals has two different values, so there is nothing to weigh.")
    rules = sorted(train["rule"].unique().to_list())
    ratios = _ratios(signals, train, parameters)
    known = outcomes(train, signals, rules)
    summed = Outcomes((known.signals @ ratios)[:, None], known.rules, known.accepted)
    scaled = weights.fit(summed, Weights(np.ones((1, 1)), 0.0, np.zeros(len(rules))), BARELY)
    fitted = Weights(ratios[None, :] * scaled.of_signals[0, 0], scaled.intercept, scaled.offsets)
    return Scorer(signals, rules, fitted, [parameters.threshold] * len(rules))


def learn(train: pl.DataFrame, today: Scorer, choice: Choice) -> Scorer:
    """The scorer with weights learnt from these rows, held to today's; it has no thresholds yet."""
    signals = _extended(today.signals, train)
    rules = sorted({*today.rules, *train["rule"].unique().to_list()})
    anchor = _anchor(today, signals, rules)
    known = outcomes(train, signals, rules)
    shared = Weights(anchor.of_signals.mean(axis=0, keepdims=True), anchor.intercept, anchor.offsets)
    fitted = weights.fit(known, shared, choice.caution)
    if choice.own:
        is_own = len(today.weights.of_signals) > 1
        start = anchor.of_signals if is_own else np.repeat(fitted.of_signals, len(rules), axis=0)
        fitted = weights.fit(known, Weights(start, anchor.intercept, anchor.offsets), choice.caution)
    return Scorer(signals, rules, fitted, [None] * len(rules))


def choose(snapshot: Snapshot, parameters: ActionsParameters, today: Scorer | None) -> Choice:
    """The choice with the lowest loss on a part of the training rows that was not learnt from."""
    cautions = CAUTIONS if parameters.caution is None else (parameters.caution,)
    rehearsal = replaying.rehearsal(snapshot)
    if rehearsal is None or rehearsal.train["outcome"].n_unique() < len(reading.OUTCOMES):
        return Choice(cautions[len(cautions) // 2])
    start = today or begin(rehearsal.train, parameters)
    rules = rehearsal.train["rule"].n_unique()
    owns = (False, True) if 1 < rules <= MOST_OWN // len(start.signals.names) else (False,)
    choices = [Choice(caution, own) for own in owns for caution in cautions]
    return min(choices, key=lambda choice: _loss(rehearsal, start, choice))


def outcomes(rows: pl.DataFrame, signals: Signals, rules: list[str]) -> Outcomes:
    """Rows of a log as they are learnt from; all their rules must be among `rules`."""
    codes = {rule: code for code, rule in enumerate(rules)}
    places = np.array([codes[rule] for rule in rows["rule"]], dtype=np.int64)
    return Outcomes(signals.of(rows), places, (rows["outcome"] == "accepted").to_numpy().astype(np.float64))


def _ratios(signals: Signals, train: pl.DataFrame, parameters: ActionsParameters) -> Doubles:
    """Weights a deviation, of which the mean is 1 where there is any."""
    given = parameters.weights
    if not given:
        return np.ones(len(signals.names))
    unknown = sorted(given.keys() - set(reading.signals_of(train)))
    if unknown:
        raise UnfitTrainingRows(
            f"The parameter weights names '{unknown[0]}', which is no signal of the log; "
            f"those are: {', '.join(reading.signals_of(train))}."
        )
    ratios = np.array([given.get(name, 0.0) for name in signals.names]) * signals.scale
    return ratios / ratios.mean() if ratios.any() else ratios


def _extended(known: Signals, train: pl.DataFrame) -> Signals:
    """The signals known today on their scale, and new ones on that of the log."""
    new = reading.measured(train, [name for name in reading.signals_of(train) if name not in known.names])
    halves = np.append(known.centre, new.centre), np.append(known.scale, new.scale)
    return Signals([*known.names, *new.names], *halves)


def _anchor(today: Scorer, signals: Signals, rules: list[str]) -> Weights:
    """Today's weights for these signals and rules; a new signal weighs nothing, and a new rule is like all others."""
    places = {rule: place for place, rule in enumerate(today.rules)}
    order = [places.get(rule, len(places)) for rule in rules]
    of_signals = np.zeros((len(rules), len(signals.names)))
    of_signals[:, : len(today.signals.names)] = today.by_rule()[order]
    return Weights(of_signals, today.weights.intercept, np.append(today.weights.offsets, 0.0)[order])


def _loss(rehearsal: Snapshot, today: Scorer, choice: Choice) -> float:
    return float(replay(learn(rehearsal.train, today, choice), rehearsal.holdout).losses.mean())
