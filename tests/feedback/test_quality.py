"""Where it is tried how the quality of examples is judged."""

import re
from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as some

from contracts.api.feedback import Source
from feedback import quality
from feedback.quality import Alike, Belief, Facts

TEXT = "where is my parcel"
shares = some.floats(0, 1)
counts = some.integers(0, 1000)
beliefs = some.builds(
    lambda p, other, likely, texts_per_label: Belief(min(p, other), likely, max(p, other), texts_per_label),
    shares, shares, some.text(max_size=100), counts,
)  # fmt: skip
facts = some.builds(
    Facts,
    source=some.sampled_from(Source),
    text=some.none() | some.text(),
    label=some.text(max_size=100),
    confidence=some.none() | shares,
    corrected=some.booleans(),
    alike=some.builds(Alike, counts, counts, counts),
    belief=some.none() | beliefs,
    idle_days=some.integers(0, 5000),
)


def score(**others: object) -> float:
    return quality.assess(Facts(**({"source": Source.USER, "text": TEXT, "label": "a"} | others))).score  # type: ignore[arg-type]


def believed(p: float, p_likely: float, *, texts_per_label: int = 100, source: Source = Source.USER) -> float:
    return score(belief=Belief(p, "b", p_likely, texts_per_label), source=source)


def numbers(reasons: tuple[str, ...]) -> list[float]:
    """Read the number in the brackets at the end of each sentence."""
    return [float(re.search(r"([+-]?\d+\.\d\d)\)\.$", reason)[1]) for reason in reasons]  # type: ignore[index]


@given(facts)
@example(Facts(Source.EXPERT, TEXT, alike=Alike(9), belief=Belief(1, "", 1, 1000)))
@example(Facts(Source.AUTOMATED, "one", alike=Alike(0, 9, 9), belief=Belief(0, "", 1, 1000)))
def test_quality_lies_between_0_and_1_and_its_reasons_add_up_to_it(known: Facts) -> None:
    judged = quality.assess(known)

    assert 0 <= judged.score <= 1
    assert abs(sum(numbers(judged.reasons)) - judged.score) < 1e-9


@given(facts, beliefs, shares)
def test_a_likelier_label_is_never_worth_less(known: Facts, belief: Belief, share: float) -> None:
    lower, higher = replace(known, belief=replace(belief, p=belief.p * share)), replace(known, belief=belief)

    assert quality.assess(lower).score <= quality.assess(higher).score


@given(facts, counts, some.integers(0, 1000))
def test_every_other_fact_moves_quality_one_way_only(known: Facts, more: int, days: int) -> None:
    alike, judged = known.alike, quality.assess(known).score
    agreed = replace(known, alike=replace(alike, agreeing=alike.agreeing + more))
    denied = replace(known, alike=replace(alike, contradicting=alike.contradicting + more))
    repeated = replace(known, alike=replace(alike, repeated=alike.repeated + more))
    idle = replace(known, idle_days=known.idle_days + days)

    assert quality.assess(agreed).score >= judged
    assert all(quality.assess(worse).score <= judged for worse in (denied, repeated, idle))


def test_experts_are_trusted_more_than_users_and_users_more_than_programs() -> None:
    assert score(source=Source.EXPERT) > score() > score(source=Source.AUTOMATED)


def test_agreement_raises_and_contradiction_lowers() -> None:
    assert score(alike=Alike(agreeing=1)) > score() > score(alike=Alike(contradicting=1))


def test_a_person_who_repeats_themselves_does_not_agree_with_themselves() -> None:
    others = {("a", "ada"): 2, ("a", "grace"): 1, ("b", "ada"): 1, ("a", "a user source"): 1}

    assert quality.compare("a", "ada", others) == Alike(agreeing=2, contradicting=1, repeated=2)
    assert quality.compare("a", "a user source", others) == Alike(agreeing=4, contradicting=1)
    assert quality.compare(None, "ada", others) == Alike()


def test_what_the_model_doubts_is_worth_less_and_what_it_finds_itself_more() -> None:
    assert believed(0.95, 0.95) > score() > believed(0.3, 0.6) > believed(0.03, 0.91)


def test_the_model_says_what_it_found_and_what_that_changes() -> None:
    judged = quality.assess(Facts(Source.USER, TEXT, "refund", belief=Belief(0.03, "shipping", 0.91, 400)))

    assert judged.reasons[1] == "The model, trained without it, gives 'refund' 0.03 and 'shipping' 0.91 (-0.36)."
    assert judged.score == 0.34


def test_a_model_that_knows_labels_from_few_texts_has_little_say() -> None:
    doubts = [score() - believed(0.001, 0.99, texts_per_label=texts_per_label) for texts_per_label in (5, 50, 500)]

    assert doubts == sorted(doubts)
    assert doubts[0] < doubts[2] * 0.55


def test_an_expert_of_whom_the_surest_model_thinks_that_they_are_wrong_is_not_worthless() -> None:
    assert believed(0, 1, texts_per_label=10**6, source=Source.EXPERT) > 0.5 > believed(0, 1, texts_per_label=10**6)


def test_a_model_that_knows_nothing_of_a_text_lowers_little() -> None:
    assert score() - believed(0.05, 0.08) < 0.15


def test_a_label_that_nobody_gives_any_more_counts_a_little_less() -> None:
    assert score() - 0.1 < score(idle_days=400) < score() == score(idle_days=30)


def test_a_single_word_tells_little() -> None:
    assert score(text="help") < score()


def test_correcting_a_sure_model_counts_less_than_correcting_an_unsure_one() -> None:
    assert score(confidence=0.99, corrected=True) < score() < score(confidence=0.2, corrected=True)


def test_confidence_in_what_was_confirmed_changes_nothing() -> None:
    assert score(confidence=0.99, corrected=False) == score()


@given(some.text())
def test_texts_that_differ_in_case_and_spaces_alone_are_alike(text: str) -> None:
    assert quality.likeness(f"  {text}  ") == quality.likeness(text)


def test_texts_are_compared_by_their_words() -> None:
    assert quality.likeness("Where is my parcel?!") == quality.likeness(TEXT)
    assert quality.likeness("Where was my parcel") != quality.likeness(TEXT)
    assert quality.likeness("?!") is None
