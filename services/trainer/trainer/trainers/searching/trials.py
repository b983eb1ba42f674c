"""Where settings are proposed, tried in batches and ranked.

The proposals are those of the tree-structured Parzen estimator (Bergstra et al., NeurIPS 2011; multivariate: Falkner
et al., ICML 2018, section 3) of Optuna. They depend on the seed and the losses so far alone: batches are of one size,
however many machines work on them, so as long as all trials are finished, equal searches find equal settings.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from trainer.trainers.kind import Workshop, one_by_one
from trainer.trainers.searching.parameters import Optimize
from trainer.trainers.searching.space import Choice, Range, Settings, Space

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import Trial as Proposal

BATCH = 4
RANKED_IN_CARD = 10

Work = Callable[[Settings], float]
"""Fits with these settings and gives the loss on rows that it did not fit on, the lower the better, NaN for useless.

Must be picklable: a function of a module, or `functools.partial` of one with the rows bound to it."""


@dataclass(frozen=True)
class Search:
    """What to search: the `space`, how long, and the `usual` settings (a value for each name in it), tried first.

    `measure` names the loss on the curve that watchers see; `span` is the part of the training's progress (0 to 1)
    that the search takes.
    """

    space: Space
    usual: Settings
    optimize: Optimize
    seed: int
    measure: str = "trial_loss"
    span: tuple[float, float] = (0.0, 1.0)


@dataclass(frozen=True)
class Trial:
    """Settings and the loss they led to; `number` counts trials from 0, the usual settings."""

    number: int
    settings: Settings
    loss: float


@dataclass(frozen=True)
class Found:
    """The finished trials, lowest loss first; useless ones (NaN) are last. `asked` is how many there were to be."""

    ranked: tuple[Trial, ...]
    asked: int

    @property
    def cut_short(self) -> bool:
        """Whether time ran out before the last trial, so that the same search may find something else."""
        return len(self.ranked) < self.asked

    def best(self, count: int = 1) -> tuple[Trial, ...]:
        """The best trials with different settings: at most `count`, at least one."""
        useful = [trial for trial in self.ranked if not math.isnan(trial.loss)] or list(self.ranked[:1])
        different = {tuple(sorted(trial.settings.items())): trial for trial in reversed(useful)}
        return tuple(sorted(different.values(), key=_rank)[:count])

    def card(self) -> dict[str, object]:
        """What the card of a version says about the search, as plain JSON."""
        shown = self.best(RANKED_IN_CARD)
        return {
            "trials": len(self.ranked),
            "trials_asked_for": self.asked,
            "cut_short": self.cut_short,
            "repeatable": not self.cut_short,
            "best": [_told(trial) for trial in shown],
        }


def search(work: Work, asked: Search, workshop: Workshop) -> Found:
    """Try settings until all trials are done or no time is left, telling watchers of each.

    The usual settings are always tried. A trial that has begun is finished. Errors of `work` end the search.
    """
    study, finished = _study(asked), list[Trial]()
    deadline, tell = time.time() + asked.optimize.seconds, partial(_tell, asked, workshop, finished)
    for begin in range(0, asked.optimize.trials, BATCH):
        proposals = [study.ask(_distributions(asked.space)) for _ in range(min(BATCH, asked.optimize.trials - begin))]
        attempts = [_Attempt(begin + place, each.params, deadline) for place, each in enumerate(proposals)]
        losses = _tried(partial(_loss, work), attempts, workshop, tell)
        if None in losses or time.time() > deadline:
            break
        _learn(study, proposals, losses)
    return Found(tuple(sorted(finished, key=_rank)), asked.optimize.trials)


@dataclass(frozen=True)
class _Attempt:
    """A trial to be made, unless it could only begin after `deadline`, in seconds since 1970."""

    number: int
    settings: Settings
    deadline: float


def _study(asked: Search) -> "Study":
    # Imported here because a process that only predicts never needs it.
    from optuna import create_study, logging, samplers  # noqa: PLC0415

    logging.set_verbosity(logging.WARNING)
    study = create_study(sampler=samplers.TPESampler(seed=asked.seed, multivariate=True, constant_liar=True))
    study.enqueue_trial(dict(asked.usual))
    return study


def _distributions(space: Space) -> dict[str, Any]:
    return {name: _distribution(options) for name, options in space.items()}


def _distribution(options: Range | Choice) -> object:
    from optuna import distributions  # noqa: PLC0415

    if isinstance(options, Choice):
        return distributions.CategoricalDistribution(options.options)
    if isinstance(options.low, int) and isinstance(options.high, int):
        return distributions.IntDistribution(options.low, options.high, log=options.log)
    return distributions.FloatDistribution(options.low, options.high, log=options.log)


def _tried(
    loss: Callable[[_Attempt], float | None],
    attempts: Sequence[_Attempt],
    workshop: Workshop,
    tell: Callable[[_Attempt, float | None], None],
) -> list[float | None]:
    """The losses of a batch. Where trials are made one by one, each is told of when it is done."""
    rounds = [[attempt] for attempt in attempts] if workshop.spread is one_by_one else [attempts]
    losses = list[float | None]()
    for together in rounds:
        made = workshop.spread(loss, together)
        losses += made
        for attempt, each in zip(together, made, strict=True):
            tell(attempt, each)
    return losses


def _loss(work: Work, attempt: _Attempt) -> float | None:
    if attempt.number and time.time() > attempt.deadline:
        return None
    return float(work(attempt.settings))


def _tell(asked: Search, workshop: Workshop, finished: list[Trial], attempt: _Attempt, loss: float | None) -> None:
    if loss is None:
        return
    finished.append(Trial(attempt.number, attempt.settings, loss))
    begin, end = asked.span
    best = min(finished, key=_rank)
    share, message = len(finished) / asked.optimize.trials, f"trial {len(finished)} of {asked.optimize.trials}"
    workshop.report.progress(begin + share * (end - begin), "trying settings", f"{message}, best {best.loss:.4g}")
    if math.isfinite(loss):
        workshop.report.metric(asked.measure, loss, attempt.number)


def _learn(study: "Study", proposals: Sequence["Proposal"], losses: Sequence[float | None]) -> None:
    from optuna.trial import TrialState  # noqa: PLC0415

    for proposal, loss in zip(proposals, losses, strict=True):
        if loss is None or not math.isfinite(loss):
            study.tell(proposal, state=TrialState.FAIL)
        else:
            study.tell(proposal, loss)


def _rank(trial: Trial) -> tuple[bool, float, int]:
    return math.isnan(trial.loss), trial.loss if not math.isnan(trial.loss) else 0.0, trial.number


def _told(trial: Trial) -> dict[str, object]:
    loss = trial.loss if math.isfinite(trial.loss) else None
    return {"trial": trial.number, "loss": loss, "settings": dict(trial.settings)}
