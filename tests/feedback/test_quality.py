"""Where it is tried how the quality of examples is judged."""

from hypothesis import given
from hypothesis import strategies as some

from contracts.api.feedback import Source
from feedback import quality
from feedback.quality import Facts

TEXT = "where is my parcel"
facts = some.builds(
    Facts,
    source=some.sampled_from(Source),
    text=some.none() | some.text(),
    confidence=some.none() | some.floats(0, 1),
    corrected=some.booleans(),
    agreeing=some.integers(0, 1000),
    contradicting=some.integers(0, 1000),
)


def score(**others: object) -> float:
    return quality.assess(Facts(**({"source": Source.USER, "text": TEXT} | others))).score  # type: ignore[arg-type]


@given(facts)
def test_quality_lies_between_0_and_1_and_is_always_explained(known: Facts) -> None:
    judged = quality.assess(known)

    assert 0 <= judged.score <= 1
    assert all(reason.endswith(".") for reason in judged.reasons)
    assert judged.reasons


def test_experts_are_trusted_more_than_users_and_users_more_than_programs() -> None:
    assert score(source=Source.EXPERT) > score() > score(source=Source.AUTOMATED)


def test_agreement_raises_and_contradiction_lowers() -> None:
    assert score(agreeing=1) > score() > score(contradicting=1)


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
