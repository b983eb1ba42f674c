"""Where it is held that events, which are kept for days, carry nothing by which a person is known or quoted."""

import pytest

from contracts import events
from contracts.api.erasure import NewErasure
from contracts.event import Event

PERSONAL = frozenset({"unit", "session", "subject", "names", "input", "output", "correction", "comment", "text"})
FREE = frozenset({"card", "lineage", "content"})
"""Members of any shape: what trainers say of a version and of their progress. That of a chat task quotes examples."""


@pytest.mark.parametrize("event", events.ALL)
def test_an_event_names_no_person_and_quotes_nobody(event: type[Event]) -> None:
    named = set(event.model_fields)
    free = {name for name, field in event.model_fields.items() if "Any" in str(field.annotation)}

    assert not named & PERSONAL
    assert free <= FREE


def test_the_names_of_a_person_are_in_one_order_each_once() -> None:
    first = NewErasure(subject="b", also=("a", "b"))
    second = NewErasure(subject="a", also=("b",))

    assert first.names == second.names == ("a", "b")


@pytest.mark.parametrize("wrong", ["", "x" * 201, "a\0b"])
def test_a_name_that_cannot_be_stored_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"subject|also"):
        NewErasure(subject=wrong)
    with pytest.raises(ValueError, match=r"subject|also"):
        NewErasure(subject="x", also=(wrong,))
