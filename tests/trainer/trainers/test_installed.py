"""Where kinds are shown to be found by name."""

import pytest

from trainer.trainers import installed


def test_our_kinds_are_found_without_installed_metadata() -> None:
    kind = installed.find("classification")

    assert kind.name == "classification"
    assert kind.columns == ("text", "label")


def test_an_unknown_kind_is_refused_with_the_names_of_those_there_are() -> None:
    with pytest.raises(installed.UnknownKind, match=r"no kind 'clasification'; installed are: .*classification"):
        installed.find("clasification")


@pytest.mark.parametrize("name", installed.names())
def test_every_parameter_of_a_kind_has_a_default_bounds_and_a_description(name: str) -> None:
    parameters = installed.find(name).parameters

    fields = parameters.model_fields.values()

    assert parameters.model_config["extra"] == "forbid"
    assert all(field.description and field.metadata and not field.is_required() for field in fields)
