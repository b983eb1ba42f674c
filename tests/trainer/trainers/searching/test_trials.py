"""Where a search is shown to find better settings, to repeat itself, to keep its time and to tell of every trial."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from pydantic import ValidationError

from trainer.trainers.kind import Workshop
from trainer.trainers.searching.parameters import Optimize
from trainer.trainers.searching.space import Choice, Range, Settings
from trainer.trainers.searching.trials import Found, Search, Trial, search

SPACE = {"depth": Range(1, 20), "rate": Range(0.001, 1.0, log=True), "kind": Choice(("plain", "odd", None))}
USUAL = {"depth": 18, "rate": 0.9, "kind": "odd"}


@dataclass
class Watched:
    fractions: list[float] = field(default_factory=list[float])
    points: list[tuple[str, int | None]] = field(default_factory=list[tuple[str, int | None]])

    def progress(self, fraction: float, step: str, message: str = "") -> None:
        assert step
        assert message
        self.fractions.append(fraction)

    def metric(self, name: str, value: float, step: int | None = None) -> None:
        assert math.isfinite(value)
        self.points.append((name, step))


def bowl(settings: Settings) -> float:
    depth, rate = float(settings["depth"] or 0), float(settings["rate"] or 0)
    return abs(depth - 6) + abs(math.log10(rate) + 1.5) + (settings["kind"] != "plain")


def slow(settings: Settings) -> float:
    time.sleep(1.1)
    return bowl(settings)


def useless(settings: Settings) -> float:
    return math.nan if settings["kind"] == "odd" else bowl(settings)


def backwards(work: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
    return [work(item) for item in reversed(items)][::-1]


def asked(trials: int, seconds: float = 3_600, seed: int = 3) -> Search:
    return Search(SPACE, USUAL, Optimize(trials=trials, seconds=seconds), seed, span=(0.2, 0.6))


def found(work: Callable[[Settings], float], wanted: Search) -> Found:
    return search(work, wanted, Workshop(Watched()))


def test_it_finds_settings_that_are_much_better_than_the_usual_ones() -> None:
    best = found(bowl, asked(60)).best()[0]

    assert best.loss < bowl(USUAL) / 5
    assert best.settings["kind"] == "plain"


def test_the_usual_settings_are_the_first_trial() -> None:
    ranked = found(bowl, asked(1)).ranked

    assert ranked == (Trial(0, USUAL, bowl(USUAL)),)


def test_an_equal_search_finds_equal_settings_and_another_seed_finds_others() -> None:
    first, again, other = (found(bowl, asked(14, seed=seed)).ranked for seed in (3, 3, 4))

    assert first == again
    assert first != other


def test_a_cluster_finds_what_one_machine_finds() -> None:
    apart = search(bowl, asked(14), Workshop(Watched(), spread=backwards))

    assert apart == found(bowl, asked(14))


def test_every_trial_is_told_of_while_progress_only_rises_within_its_span() -> None:
    watched = Watched()

    search(bowl, asked(9), Workshop(watched))

    assert watched.points == [("trial_loss", number) for number in range(9)]
    assert watched.fractions == sorted(watched.fractions)
    assert watched.fractions[0] > 0.2
    assert watched.fractions[-1] == pytest.approx(0.6)


def test_no_trial_begins_after_the_time_is_over_the_one_under_way_is_finished_and_the_card_says_so() -> None:
    result = found(slow, asked(50, seconds=1))

    assert [trial.number for trial in result.ranked] == [0]
    assert result.card()["cut_short"] is True
    assert result.card()["repeatable"] is False


def test_a_search_that_finishes_says_that_it_repeats() -> None:
    assert found(bowl, asked(6)).card()["repeatable"] is True


def test_useless_trials_are_ranked_last_and_never_among_the_best() -> None:
    result = found(useless, asked(12))

    assert math.isnan(result.ranked[-1].loss)
    assert not any(math.isnan(trial.loss) for trial in result.best(12))


def test_where_every_trial_is_useless_there_is_still_one_to_take() -> None:
    result = found(partial(useless), asked(1))

    assert [trial.number for trial in result.best(3)] == [0]


def test_the_best_of_an_ensemble_differ_in_their_settings() -> None:
    twice = Found((Trial(2, {"a": 1}, 0.5), Trial(5, {"a": 1}, 0.5), Trial(1, {"a": 2}, 0.7)), 3)

    assert [trial.number for trial in twice.best(2)] == [2, 1]


@pytest.mark.parametrize("wrong", [{"trials": 0}, {"trials": 501}, {"seconds": 0}, {"seconds": math.inf}, {"more": 1}])
def test_a_search_without_bounds_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        Optimize.model_validate(wrong)
