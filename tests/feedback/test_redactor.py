"""Where it is tried that what is personal or secret is found, and nothing else."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.api.redaction import Detector, RedactionAction, RedactionRule
from contracts.errors import InvalidInput
from feedback.redaction import redactor
from feedback.redaction.redactor import Redactor

KEY = b"k" * 32
LONG = 200_000


def of(*rules: RedactionRule, key: bytes = KEY) -> Redactor:
    return redactor.of(rules, key)


def everything(action: RedactionAction = RedactionAction.MASK) -> Redactor:
    return of(*(RedactionRule(detector=each, action=action) for each in Detector))


def own(pattern: str, **others: object) -> RedactionRule:
    return RedactionRule.model_validate({"name": "own", "pattern": pattern} | others)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("write to ada.l+x@mail.example.co.uk today", "write to [email] today"),
        ("grüße@bücher.example!", "[email]!"),
        ("4111 1111 1111 1111 5500-0000-0000-0004, amex 378282246310005", "[card] [card], amex [card]"),
        ("pay DE89 3704 0044 0532 0130 00 NOW or BE68539007547034.", "pay [iban] NOW or [iban]."),
        ("call +49 (170) 123 45 67, 01 23 45 67 89, (555) 123-4567", "call [phone], [phone], [phone]"),
        ("123-45-6789", "[ssn]"),
        ("from 192.168.0.1 and 2001:db8::ff00:42:8329", "from [ip] and [ip]"),
        ("postgres://bob:pass4word@db:5432/x", "[secret]db:5432/x"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_def", "[secret]"),
        ("AKIAIOSFODNN7EXAMPLE and sk-abcdefghijklmnop1234", "[secret] and [secret]"),
        ("Authorization: Bearer abcdefghijklmnop1234==", "Authorization: [secret]"),
        ("my password=hunter22, thanks", "my [secret], thanks"),
    ],
)  # fmt: skip
def test_what_is_personal_or_secret_is_masked(text: str, stored: str) -> None:
    assert everything().text(text) == stored


@pytest.mark.parametrize(
    "text",
    [
        "order 4711 of 2026-01-01 at 12:30:45, or 01-02-2026",
        "4111 1111 1111 1112 is no card, DE88370400440532013000 no IBAN",
        "std::vector<int> 1.2.3 999.1.1.1 v1.2.3",
        "ticket 1732200000000, id 0190b0a1-7c3e-7000-8000-1234567890ab",
        "password: please send me a new one",
        "a @ b, c@d, @team",
        "",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert everything().text(text) == text


def test_hashes_of_equal_values_are_equal_within_a_tenant_and_differ_between_two() -> None:
    rule = RedactionRule(detector=Detector.EMAIL, action=RedactionAction.HASH)

    first, second = of(rule).text("a@b.example, a@b.example, c@d.example"), of(rule, key=b"x" * 32).text("a@b.example")

    once, twice, other = first.split(", ")
    assert (once == twice, once == other, second == once, "@" in first) == (True, False, False, False)


def test_a_text_in_which_something_to_drop_is_found_gives_way_as_a_whole() -> None:
    dropping = of(RedactionRule(detector=Detector.EMAIL, action=RedactionAction.DROP, replacement="(gone)"))

    assert dropping.value({"a": "ask a@b.example", "b": "hello"}) == {"a": "(gone)", "b": "hello"}


def test_texts_are_found_wherever_they_are_in_a_value() -> None:
    sent = {
        "a@b.example": {"deep": [{"deeper": ["call +49 170 1234567"]}]},
        "c@d.example": 1,
        "card": 4111111111111111,
        "at": 1732200000000,
        "API-Key": "just words",
        "ok": [True, None, 1.5],
    }

    stored = everything().value(sent)

    assert stored == {
        "[email]": {"deep": [{"deeper": ["call [phone]"]}]},
        "[email] 2": 1,
        "card": "[card]",
        "at": 1732200000000,
        "API-Key": "[secret]",
        "ok": [True, None, 1.5],
    }


def test_a_name_becomes_a_hash_and_goes_on_telling_people_apart() -> None:
    made = everything()

    ada, bob = made.identifier("ada@b.example"), made.identifier("bob@b.example")

    assert (ada == made.identifier("ada@b.example"), ada == bob, made.identifier("ada")) == (True, False, "ada")


def test_a_rule_of_a_task_holds_for_that_task_alone() -> None:
    made = of(own("CUST-[0-9]+", task="tickets"))

    tickets, parcels = made.of_task("tickets"), made.of_task("parcels")

    assert tickets is not None
    assert (tickets.text("CUST-1"), parcels) == ("[own]", None)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(", r"missing \)"),
        ("(?=a)", "invalid perl operator"),
        ("x*", "matches nothing"),
        (r"(\pL|\d){900}", "too large"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused_by_its_place(pattern: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason) as refused:
        of(own("fine"), own(pattern))

    assert [each.field for each in refused.value.errors] == ["rules.1.pattern"]


@pytest.mark.parametrize("pattern", [r"(x+x+)+y", r"(a|aa)+$", r"^(\w+\s?)+$", r"(.*)*\d"])
def test_no_pattern_takes_long_on_any_text(pattern: str) -> None:
    made, begun = of(own(pattern)), time.process_time()

    for text in ("x" * LONG, "a" * (LONG - 1) + "!", "a " * (LONG // 2)):
        made.text(text)

    assert time.process_time() - begun < 5


def test_a_text_cannot_be_blown_up_by_a_long_replacement() -> None:
    assert of(own("x", replacement="y" * 100)).text("x" * 10_000) == "y" * 100


@given(st.text(max_size=300))
def test_what_was_redacted_is_not_redacted_again(text: str) -> None:
    for action in (RedactionAction.MASK, RedactionAction.HASH):
        made = everything(action)
        once = made.text(text)
        assert len(made.text(once)) == len(once)
