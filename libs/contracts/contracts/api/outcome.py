"""Where inputs, outputs and corrections of any kind of task are held: a text, or named values."""

from typing import Annotated, Any, cast

from pydantic import AfterValidator

_LONGEST_TEXT = 200_000


def _filled(value: str | dict[str, Any]) -> str | dict[str, Any]:
    texts = [value] if isinstance(value, str) else [each for each in value.values() if isinstance(each, str)]
    if not value or any(not text.strip() for text in texts):
        message = "must not be empty"
        raise ValueError(message)
    if any(len(text) > _LONGEST_TEXT for text in texts):
        message = f"must not be longer than {_LONGEST_TEXT:,} characters"
        raise ValueError(message)
    if any("\x00" in text for text in texts):
        message = "must not contain NUL characters"
        raise ValueError(message)
    return value


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
