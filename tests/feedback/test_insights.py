"""Where it is tried what can be learnt from feedback, on texts, counts and reviews that are known."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.insights import agreeing, confusing, reviewing, shifting, wording
from feedback.insights.agreeing import Reviewed
from feedback.insights.shifting import Compared
from feedback.reviews import sharing
from feedback.reviews.sharing import Open
from feedback.store.insights import Corrected, Given

FILLER = ("please", "tell", "me", "about", "the", "order", "that", "came", "with", "my", "account", "parcel")


def texts(count: int, *planted: str, seed: int = 1) -> list[str]:
    chance = random.Random(seed)
    return [" ".join([*chance.choices(FILLER, k=6), *planted]) for _ in range(count)]


def test_words_that_come_with_corrections_are_found_and_common_ones_are_not() -> None:
    corrected = texts(60, "Double", "charge", seed=2) + texts(140, seed=3)

    found = wording.patterns(corrected, texts(300))

    assert [each.words for each in found] == ["double charge"]
    assert (found[0].corrected, found[0].accepted) == (60, 0)
    assert found[0].z > 3


def test_a_word_that_is_said_twice_in_a_row_is_a_pair_like_any_other() -> None:
    corrected = texts(60, "no", "no", seed=2) + texts(140, seed=3)

    assert [each.words for each in wording.patterns(corrected, texts(300))] == ["no no"]


def test_texts_that_are_alike_make_no_pattern() -> None:
    assert wording.patterns(texts(300, seed=4), texts(300, seed=5)) == []


@pytest.mark.parametrize("rubbish", [[], [""], ["\x00"], ["🦜" * 50], ["1234 5678"], ["word"] * 30])
def test_rubbish_makes_no_pattern(rubbish: list[str]) -> None:
    assert wording.patterns(rubbish, rubbish) == []
    assert wording.patterns([], rubbish) == []


def test_the_interval_of_a_difference_is_newcombes() -> None:
    low, high = shifting.difference(56, 70, 48, 80, z=1.959964)

    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_a_fall_counts_only_if_chance_alone_is_unlikely() -> None:
    real = Compared("label billing", "acceptance", 300, 500, 450, 500)
    noise = Compared("label bug", "acceptance", 7, 10, 9, 10)
    unknown = Compared("label new", "acceptance", 1, 2, 9, 10)

    found = shifting.shifts([noise, unknown, real])

    assert [(each.of, each.certain) for each in found] == [("label billing", True), ("label bug", False)]
    assert found[0].sentence == "Acceptance of label billing fell from 90% to 60% (500 and 500 opinions)."
    assert found[1].sentence.endswith("that may be chance.")


def test_what_is_compared_together_is_rarely_called_certain_by_chance() -> None:
    chance = random.Random(7)
    good = [sum(chance.random() < 0.8 for _ in range(200)) for _ in range(400)]
    same = [Compared(str(place), "accuracy", *pair) for place, pair in enumerate(_pairs(good))]

    found = [each for start in range(0, 200, 20) for each in shifting.shifts(same[start : start + 20])]

    assert sum(each.certain for each in found) <= 2


def _pairs(good: list[int]) -> list[tuple[int, int, int, int]]:
    return [(now, 200, before, 200) for now, before in zip(good[::2], good[1::2], strict=True)]


def test_kappa_is_one_for_those_who_agree_none_where_all_say_one_thing_and_low_for_chance() -> None:
    agree = [Reviewed(2, 0, same=True), Reviewed(0, 2, same=True)]
    split = [Reviewed(1, 1, same=False)] * 4

    assert agreeing.kappa(agree) == pytest.approx(1.0)
    assert agreeing.kappa(split) == pytest.approx(-1.0)
    assert agreeing.kappa([Reviewed(2, 0, same=True)]) is None
    assert agreeing.kappa([Reviewed(1, 0, same=True)]) is None
    assert agreeing.share([*agree, *split]) == pytest.approx(1 / 3)


def test_kappa_equals_the_formula_of_fleiss_for_equal_numbers_of_reviewers() -> None:
    counts = [(3, 0), (2, 1), (0, 3), (1, 2), (3, 0), (2, 1)]
    p = sum(approved for approved, _ in counts) / 18
    observed = sum((a * (a - 1) + r * (r - 1)) / 6 for a, r in counts) / 6
    expected = p * p + (1 - p) ** 2

    found = agreeing.kappa([Reviewed(a, r, same=not (a and r)) for a, r in counts])

    assert found is not None
    assert math.isclose(found, (observed - expected) / (1 - expected))


def test_reviews_are_summed_up_by_person_and_adjudicators_do_not_count_as_agreeing() -> None:
    said = [
        Given("1", "ada", "approve", b"x", standing=True, adjudicates=False, status="approved"),
        Given("1", "grace", "reject", b"x", standing=True, adjudicates=False, status="approved"),
        Given("1", "joan", "approve", b"x", standing=True, adjudicates=True, status="approved"),
        Given("2", "ada", "approve", b"x", standing=True, adjudicates=False, status="approved"),
        Given("2", "grace", "approve", b"x", standing=True, adjudicates=False, status="approved"),
        Given("2", "grace", "reject", b"x", standing=False, adjudicates=False, status="approved"),
    ]

    found = reviewing.summed(said, days=2, median_hours=1.5)

    assert (found.reviews, found.reviews_a_day, found.shared, found.agreement) == (6, 3.0, 2, 0.5)
    assert (found.disputed, found.adjudicated) == (1, 1)
    assert [(each.name, each.reviews, each.agreed) for each in found.reviewers] == [
        ("grace", 3, 0.5), ("ada", 2, 1.0), ("joan", 1, 1.0),
    ]  # fmt: skip


def test_labels_that_are_confused_are_ranked_with_examples() -> None:
    counts = [("v1", "billing", "returns", 6), ("v2", "billing", "returns", 2), ("v1", "bug", "billing", 2)]
    right = [("v1", "billing", "billing", 8), ("v1", "bug", "bug", 3)]
    corrections = [Corrected(str(number), "text", "billing", "returns") for number in range(5)]

    first, second = confusing.top([*counts, *right], corrections)

    assert (first.predicted, first.actual, first.count, first.share) == ("billing", "returns", 8, 0.8)
    assert (first.share_of_predicted, first.example_ids) == (0.5, ("0", "1", "2"))
    assert second.example_ids == ()


OPEN = st.builds(
    Open,
    id=st.uuids().map(str),
    missing=st.integers(0, 4),
    not_for=st.frozensets(st.sampled_from("abcde"), max_size=5),
)


@given(st.lists(OPEN, max_size=30, unique_by=lambda each: each.id), st.lists(st.sampled_from("abcde"), unique=True))
def test_sharing_gives_each_example_to_different_people_who_may_have_it(waiting: list[Open], people: list[str]) -> None:
    shares = sharing.share(waiting, people, {})

    assert len(set(shares.given)) == len(shares.given)
    for each in waiting:
        got = [person for example_id, person in shares.given if example_id == each.id]
        able = set(people) - each.not_for
        assert set(got) <= able
        assert len(got) == min(each.missing, len(able))


@given(st.integers(0, 60), st.integers(1, 3), st.integers(3, 6))
def test_sharing_is_even_where_everybody_may_have_everything(count: int, each: int, people: int) -> None:
    shares = sharing.share([Open(str(number), each) for number in range(count)], "abcdef"[:people], {})

    loads = [shares.by_person().get(person, 0) for person in "abcdef"[:people]]
    assert max(loads) - min(loads) <= 1
