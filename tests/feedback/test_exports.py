"""Where it is tried which approved examples leave the service, and that their parts stay as they are."""

from hypothesis import given
from hypothesis import strategies as some

from contracts.api.export import Part
from feedback import exports, quality


@given(text=some.text(min_size=1), split=some.floats(0.01, 0.98))
def test_a_text_stays_in_its_part_when_it_is_written_otherwise_or_more_are_held(text: str, split: float) -> None:
    drawn = exports.part(quality.likeness(text), text, split)

    assert exports.part(quality.likeness(f" {text} "), f" {text} ", split) is drawn or quality.likeness(text) is None
    if drawn is Part.VALIDATION:
        assert exports.part(quality.likeness(text), text, split + 0.01) is Part.VALIDATION


def test_about_the_share_is_held() -> None:
    texts = [f"ticket number {number}" for number in range(4_000)]

    held = sum(exports.part(quality.likeness(text), text, 0.2) is Part.VALIDATION for text in texts)

    assert 700 < held < 900


def test_inputs_without_a_text_are_drawn_by_all_that_they_hold_in_any_order() -> None:
    first, second = {"a": 1, "b": [2]}, {"b": [2], "a": 1}

    assert len({exports.part(None, each, split) for each in (first, second) for split in (0.999999,)}) == 1
    assert {exports.part(None, {"a": number}, 0.5) for number in range(50)} == set(Part)
