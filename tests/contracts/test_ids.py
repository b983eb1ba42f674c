"""Where it is tried in which spelling the id of a row is looked for."""

import pytest

from contracts.ids import known_form, new_id

ID = "0199a0c2-1f6e-7c4b-9d3a-0123456789ab"


@pytest.mark.parametrize("text", [ID, ID.upper(), f"{{{ID}}}", f"urn:uuid:{ID}", ID.replace("-", "")])
def test_whatever_python_takes_for_an_id_is_spelt_as_postgres_does(text: str) -> None:
    assert known_form(text) == ID


@pytest.mark.parametrize("text", ["", "1", f"{ID} ", f"{ID}0"])
def test_what_is_no_id_is_not_looked_for(text: str) -> None:
    assert known_form(text) is None


def test_what_we_make_is_spelt_so_already() -> None:
    made = new_id()

    assert known_form(made) == made
