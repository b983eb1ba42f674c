"""Where counts are shown to be shrunk towards the level above, as much as the log says."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom

from trainer.trainers.workflows import tree

OUTCOMES = st.sampled_from(["accepted", "edited", "skipped"])
ROWS = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["x", "y", None]), OUTCOMES), min_size=1, max_size=60)
SCHEMA = {"template": pl.String, "step": pl.String, "outcome": pl.String}


def log(rows: list[tuple[str, str | None, str]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


@given(ROWS, st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_a_node_lies_between_its_own_share_and_the_node_above(
    rows: list[tuple[str, str | None, str]], edited: float
) -> None:
    grown = tree.grow(log(rows), ("template", "step"), edited)

    above = grown.levels[1].nodes.select("template", above="mean")
    for node in grown.levels[2].nodes.join(above, on="template").iter_rows(named=True):
        own = (node["accepted"] + edited * node["edited"]) / node["shown"]
        assert min(own, node["above"]) - 1e-9 <= node["mean"] <= max(own, node["above"]) + 1e-9
        assert 0 < node["mean"] < 1


@given(ROWS)
@settings(max_examples=40, deadline=None)
def test_counts_of_a_level_add_up_to_the_rows(rows: list[tuple[str, str | None, str]]) -> None:
    grown = tree.grow(log(rows), ("template", "step"), 0.5)

    assert [level.nodes["shown"].sum() for level in grown.levels] == [len(rows)] * 3


@given(ROWS, st.permutations(range(60)))
@settings(max_examples=40, deadline=None)
def test_the_order_of_rows_makes_no_difference(rows: list[tuple[str, str | None, str]], order: list[int]) -> None:
    shuffled = [rows[place] for place in order if place < len(rows)]

    first, second = (tree.grow(log(each), ("template", "step"), 0.5) for each in (rows, shuffled))

    assert all(one.nodes.equals(other.nodes) for one, other in zip(first.levels, second.levels, strict=True))


@given(ROWS)
@settings(max_examples=40, deadline=None)
def test_a_row_gets_the_chance_of_the_deepest_node_that_was_seen(rows: list[tuple[str, str | None, str]]) -> None:
    grown = tree.grow(log(rows), ("template", "step"), 0.5)
    means = {(each["template"], each["step"]): each["mean"] for each in grown.levels[2].nodes.iter_rows(named=True)}
    asked = log([("a", "x", ""), ("a", "new", ""), ("new", "x", "")])

    known, at_new_step, new = grown.chances(asked).tolist()

    of_template = dict(grown.levels[1].nodes.select("template", "mean").iter_rows())
    assert new == grown.overall
    assert at_new_step == of_template.get("a", grown.overall)
    assert known == means.get(("a", "x"), at_new_step)


def test_equal_templates_are_shrunk_far_and_different_ones_little() -> None:
    random = np.random.default_rng(1)
    shown, above = np.full(40, 50.0), np.full(40, 0.5)

    alike = tree.strength(random.binomial(50, 0.5, 40).astype(float), shown, above)
    apart = tree.strength(random.binomial(50, random.beta(1, 1, 40)).astype(float), shown, above)

    assert apart < 5
    assert alike > 50


@pytest.mark.parametrize("true", [2.0, 10.0, 50.0])
def test_the_strength_that_made_the_log_is_found(true: float) -> None:
    random = np.random.default_rng(2)
    above = random.uniform(0.2, 0.8, 4_000)
    shown = random.integers(5, 100, 4_000)
    good = random.binomial(shown, random.beta(true * above, true * (1 - above)))

    found = tree.strength(good.astype(float), shown.astype(float), above)

    assert found == pytest.approx(true, rel=0.1)


def test_no_other_strength_is_likelier() -> None:
    good, shown = np.array([1.0, 8.0, 3.0, 9.0]), np.array([10.0, 10.0, 10.0, 10.0])

    def likelihood(strength: float) -> float:
        return float(betabinom.logpmf(good, shown, strength * 0.5, strength * 0.5).sum())

    found = tree.strength(good, shown, np.full(4, 0.5))

    assert likelihood(found) >= max(likelihood(other) for other in np.geomspace(0.5, 10_000, 200)) - 1e-6


@given(st.floats(0, 1e6), st.floats(0.5, 1e4))
def test_a_prior_is_never_surer_than_what_it_comes_from(sure: float, trust: float) -> None:
    worth = float(tree.weakened(np.array(sure), trust))

    assert 0 < worth <= min(max(sure, 1), trust)
