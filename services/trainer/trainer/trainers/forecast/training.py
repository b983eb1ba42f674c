"""Where forecasts are trained: candidates compared on the past, the best of them blended, measured and made anew."""

from dataclasses import replace

from trainer.trainers.forecast import backtest, card, scoring, tuning
from trainer.trainers.forecast.foresight import Plan, foreseen, planned, revised, shortened
from trainer.trainers.forecast.learning import Learner
from trainer.trainers.forecast.model import Foreseen, Model, dump, load
from trainer.trainers.forecast.parameters import ForecastParameters
from trainer.trainers.forecast.past import Past, restored
from trainer.trainers.forecast.segments import segmented
from trainer.trainers.kind import Snapshot, Trained, Workshop

READING, COMPARING, SEARCHED, MEASURING, FORECASTING, WRITING = 0.0, 0.05, 0.35, 0.5, 0.7, 0.97


def train(snapshot: Snapshot, parameters: ForecastParameters, workshop: Workshop) -> Trained:
    """Choose for each segment of series what forecasts it best, measure that on the holdout, then forecast the future.

    Raises `UnfitTrainingRows` if a side of the snapshot is empty or the method asked for does not exist.
    """
    workshop.report.progress(READING, "reading rows", f"{snapshot.train.height} rows")
    past = restored(snapshot, parameters)
    learner = Learner(past.steps, parameters.method, parameters.max_rows, parameters.seed, workshop, {})
    segments = segmented(past.known)
    comparing = SEARCHED if parameters.optimize else COMPARING
    found = tuning.tuned(past.known, segments, replace(learner, stage=(COMPARING, comparing, "")), parameters)
    learner = tuning.with_best(learner, found, parameters.ensemble)
    trials = backtest.tried(past.known, segments, replace(learner, stage=(comparing, MEASURING, "comparing methods")))
    plan = planned(segments, trials, past, parameters)
    before = foreseen(past.known, plan, replace(learner, stage=(MEASURING, FORECASTING, "forecasting the holdout")))
    final = revised(plan, past, before)
    after = foreseen(past.whole, final, replace(learner, stage=(FORECASTING, WRITING, "forecasting the future")))
    model = _model(past, plan, before, after)
    return _measured(snapshot, card.Facts(snapshot, past, parameters, plan, model, found), workshop)


def _model(past: Past, plan: Plan, before: Foreseen, after: Foreseen) -> Model:
    return Model(
        past.known.names,
        past.known.frequency,
        past.horizon,
        plan.level,
        shortened(after, past.horizon),
        before,
        past.held,
        past.scales.squared,
        past.scales.absolute,
        plan.segments.of_series,
        plan.described,
    )


def _measured(snapshot: Snapshot, facts: card.Facts, workshop: Workshop) -> Trained:
    artifact = dump(facts.model)
    workshop.report.progress(WRITING, "measuring on the holdout", f"{snapshot.holdout.height} rows")
    answers = scoring.ask(load(artifact), snapshot.holdout)
    metrics = scoring.measured(answers)
    for name in ("rmsse", "wape", "mase", "coverage"):
        if name in metrics:
            workshop.report.metric(name, metrics[name])
    steps = f"{len(facts.model.names)} series, {facts.model.horizon} steps ahead"
    workshop.report.progress(1.0, "trained", steps)
    return Trained(artifact, metrics, card.write(facts, answers))
