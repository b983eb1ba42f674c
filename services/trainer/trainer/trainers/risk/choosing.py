"""Where candidates are compared on rows that they have not seen, and the best of them fitted on all.

How good a candidate is, is the mean of two skills, each 1 for perfect answers and 0 for answering the prevalence: of
the area under the precision-recall curve (average precision) and of the Brier score.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from trainer.trainers.kind import Workshop
from trainer.trainers.risk import methods
from trainer.trainers.risk.encoding import Matrix
from trainer.trainers.risk.members import Boosting, Member, Method
from trainer.trainers.risk.methods import Problem
from trainer.trainers.risk.parameters import RiskParameters
from trainer.trainers.risk.windows import Window
from trainer.trainers.searching.space import Settings
from trainer.trainers.searching.trials import Found, Search, search

ROUNDS = (100, 400)
"""Trees to try; more of them if the best number is not clearly below."""

CLEARLY_BELOW = 0.75
STEADIER = 10
METHODS: tuple[Method, ...] = ("boosting", "linear", "forest")
TRYING = (0.1, 0.35)
SEARCHING = (0.35, 0.6)


@dataclass(frozen=True)
class Candidate:
    """A method with settings (`rounds` of boosting are learnt), and what it answers to the rows of all checks."""

    method: Method
    settings: Settings
    rounds: int
    answers: Matrix
    loss: float


@dataclass(frozen=True)
class Contest:
    """A problem, the windows that candidates are compared on, and the truth of all their checks in a row."""

    problem: Problem
    windows: Sequence[Window]

    @property
    def truth(self) -> Matrix:
        """1 for each risk among the rows of all checks."""
        return np.concatenate([self.problem.truth[window.check] for window in self.windows])


@dataclass(frozen=True)
class Chosen:
    """The candidates to average, all that were compared, the best first, and the search if there was one."""

    members: tuple[Candidate, ...]
    ranked: tuple[Candidate, ...]
    found: Found | None

    @property
    def answers(self) -> Matrix:
        """The mean answers of the members to the rows of all checks."""
        return np.mean([member.answers for member in self.members], axis=0)


def choose(contest: Contest, parameters: RiskParameters, workshop: Workshop) -> Chosen:
    """Compare the methods with their usual settings, search around the best of them if asked to, and average."""
    tried = METHODS if parameters.method == "auto" else (parameters.method,)
    candidates: list[Candidate] = []
    for place, method in enumerate(tried):
        share = TRYING[0] + place / len(tried) * (TRYING[1] - TRYING[0])
        workshop.report.progress(share, "comparing methods", method)
        candidates.append(compete(contest, method, methods.usual(method, len(contest.problem.truth))))
        workshop.report.metric(f"loss_{method}", candidates[-1].loss)
    found = _searched(contest, min(candidates, key=_loss).method, parameters, workshop)
    if found is not None:
        method = min(candidates, key=_loss).method
        best = [trial.settings for trial in found.best(parameters.ensemble) if trial.number]
        candidates += [compete(contest, method, settings) for settings in best]
    ranked = tuple(sorted(candidates, key=_loss))
    return Chosen(_together(ranked[: parameters.ensemble], contest.truth), ranked, found)


def compete(contest: Contest, method: Method, settings: Settings) -> Candidate:
    """Fit on each window and answer the rows of its check."""
    fitted, rounds = _fitted(contest, method, settings)
    answers = [
        member.probabilities(contest.problem.matrix[window.check])
        for member, window in zip(fitted, contest.windows, strict=True)
    ]
    joined = np.concatenate(answers)
    return Candidate(method, settings, rounds, joined, lost(joined, contest.truth))


def grown(candidate: Candidate, problem: Problem) -> Member:
    """The candidate fitted on all rows."""
    return methods.fit(candidate.method, candidate.settings, problem, candidate.rounds)


def lost(answers: Matrix, truth: Matrix) -> float:
    """1 less the mean of both skills."""
    from sklearn.metrics import average_precision_score  # noqa: PLC0415

    prevalence = truth.mean()
    ranking = (float(average_precision_score(truth, answers)) - prevalence) / (1 - prevalence)
    closeness = 1 - np.mean(np.square(answers - truth)) / (prevalence * (1 - prevalence))
    return float(1 - (ranking + closeness) / 2)


def _searched(contest: Contest, method: Method, parameters: RiskParameters, workshop: Workshop) -> Found | None:
    if parameters.optimize is None:
        return None
    usual = methods.usual(method, len(contest.problem.truth))
    asked = Search(methods.SPACES[method], usual, parameters.optimize, parameters.seed, span=SEARCHING)
    return search(partial(_loss_of, contest, method), asked, workshop)


def _loss_of(contest: Contest, method: Method, settings: Settings) -> float:
    return compete(contest, method, settings).loss


def _loss(candidate: Candidate) -> float:
    return candidate.loss


def _together(ranked: Sequence[Candidate], truth: Matrix) -> tuple[Candidate, ...]:
    """The first of the ranked whose mean answers lose least.

    An average is steadier on new rows than few rows can show, so each further member may lose a little on them.
    """
    losses = [
        lost(np.mean([each.answers for each in ranked[:count]], axis=0), truth) - STEADIER * count / len(truth)
        for count in range(1, len(ranked) + 1)
    ]
    return tuple(ranked[: int(np.argmin(losses)) + 1])


def _fitted(contest: Contest, method: Method, settings: Settings) -> tuple[Sequence[Member], int]:
    """A model for every window; those of boosting have as many trees as answer the checks best."""
    best, members = 0, list[Member]()
    for rounds in ROUNDS:
        members = [methods.fit(method, settings, contest.problem.of(window.fit), rounds) for window in contest.windows]
        if method != "boosting":
            break
        best = _best_rounds(contest, members)
        if best <= CLEARLY_BELOW * rounds:
            break
    return [methods.shortened(each, best) if isinstance(each, Boosting) else each for each in members], best


def _best_rounds(contest: Contest, members: Sequence[Member]) -> int:
    curves = [
        methods.curve(each, contest.problem.matrix[window.check], contest.problem.truth[window.check])
        for each, window in zip(members, contest.windows, strict=True)
        if isinstance(each, Boosting)
    ]
    return max(methods.LEAST_ROUNDS, int(np.argmin(np.mean(curves, axis=0))) + 1)
