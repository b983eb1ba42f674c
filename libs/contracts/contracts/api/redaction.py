"""Where it is described what is taken out of texts before they are stored."""

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator

from contracts.ids import Key
from contracts.message import Message, Moment, Request


class Detector(StrEnum):
    """What Ratchet recognises by itself: by its form, and by its check digits where it has any."""

    SECRET = "secret"  # noqa: S105 (a name)
    EMAIL = "email"
    IBAN = "iban"
    CARD = "card"
    SSN = "ssn"
    IP = "ip"
    PHONE = "phone"


class RedactionAction(StrEnum):
    """What takes the place of what was found.

    ``mask``: the replacement, ``[email]`` if none is given. ``hash``: ``[email:…]`` with a keyed hash, the same for
    equal values of a tenant, so that they stay comparable. ``drop``: the whole text that it was found in gives way.
    """

    MASK = "mask"
    HASH = "hash"
    DROP = "drop"


class RedactionRule(Request):
    """One thing to take out: what a detector of Ratchet's finds, or what matches a pattern of your own (RE2 syntax)."""

    name: Annotated[
        Key | None, Field(description="Stands in brackets for what was found; the detector's if missing.")
    ] = None
    detector: Detector | None = None
    pattern: Annotated[str | None, Field(min_length=1, max_length=1_000, examples=["CUST-[0-9]{6}"])] = None
    action: RedactionAction = RedactionAction.MASK
    replacement: Annotated[str | None, Field(max_length=100, description="Instead of [name], with mask or drop.")] = (
        None
    )
    task: Annotated[Key | None, Field(description="Only what belongs to this task.")] = None
    enabled: bool = True

    @property
    def label(self) -> str:
        """Give the name that stands in brackets."""
        return self.name or str(self.detector)

    @field_validator("replacement", "pattern")
    @classmethod
    def _is_storable(cls, text: str | None) -> str | None:
        if text is not None and ("\x00" in text or any("\ud800" <= each <= "\udfff" for each in text)):
            message = "must not contain NUL characters or half of a surrogate pair"
            raise ValueError(message)
        return text

    @model_validator(mode="after")
    def _finds_something(self) -> Self:
        if (self.detector is None) == (self.pattern is None):
            message = "either detector or pattern is needed, not both"
            raise ValueError(message)
        if self.detector is None and self.name is None:
            message = "a rule with a pattern of your own needs a name"
            raise ValueError(message)
        return self


class RedactionRules(Request):
    """The rules of a tenant, carried out one after another; none is on unless you say so."""

    rules: Annotated[tuple[RedactionRule, ...], Field(max_length=100)] = ()

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        named = [(rule.label, rule.task) for rule in self.rules]
        if again := next((label for label, task in named if named.count((label, task)) > 1), None):
            message = f"two rules are called {again!r}; give one of them another name"
            raise ValueError(message)
        return self


class Redaction(Message):
    """The rules that are in force, and who set them when; nobody did while ``set_at`` is missing."""

    rules: tuple[RedactionRule, ...] = ()
    set_by: str | None = None
    set_at: Moment | None = None


class RedactionTrial(Request):
    """Something to try rules on: a text, or a body like that of an inference or of feedback.

    The rules in force are tried, or those that come along.
    """

    text: Annotated[str | None, Field(max_length=200_000)] = None
    body: dict[str, Any] | None = None
    task: Annotated[Key | None, Field(description="As if it belonged to this task.")] = None
    rules: Annotated[tuple[RedactionRule, ...] | None, Field(max_length=100)] = None

    @model_validator(mode="after")
    def _tries_one_thing(self) -> Self:
        if (self.text is None) == (self.body is None):
            message = "either text or body is needed, not both"
            raise ValueError(message)
        return self


class RedactionPreview(Message):
    """What would be stored, and how often each rule found something."""

    text: str | None = None
    body: dict[str, Any] | None = None
    found: dict[str, int]
