"""Where inputs, outputs and corrections of any kind of task are held: a text, or named values."""

from typing import Annotated, Any, cast

from pydantic import AfterValidator

_LONGEST_TEXT = 200_000
_EMPTY = "must not be empty"


def _filled(value: str | dict[str, Any]) -> str | dict[str, Any]:
    if not value:
        raise ValueError(_EMPTY)
    for text in (value,) if isinstance(value, str) else value.values():
        if isinstance(text, str):
            _check(text)
    return value


def _check(text: str) -> None:
    if not text or text.isspace():
        raise ValueError(_EMPTY)
    if len(text) > _LONGEST_TEXT:
        message = f"must not be longer than {_LONGEST_TEXT:,} characters"
        raise ValueError(message)
    if "\x00" in text:
        message = "must not contain NUL characters"
        raise ValueError(message)


Outcome = Annotated[str | dict[str, Any], AfterValidator(_filled)]
"""``"where is my parcel"`` or ``{"text": "where is my parcel"}``; ``"shipping"`` or ``{"label": "shipping"}``."""


def text_of(value: object) -> str | None:
    """Read the text of an input: the text itself, or its member ``text``."""
    return _member(value, "text")


def label_of(value: object) -> str | None:
    """Read the label of an output or a correction: the text itself, or its member ``label``."""
    return _member(value, "label")


def _member(value: object, name: str) -> str | None:
    found = cast("dict[str, object]", value).get(name) if isinstance(value, dict) else value
    return found if isinstance(found, str) else None
