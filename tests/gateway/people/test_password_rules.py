"""Where passwords are tried that people choose, and those that nobody should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.access import password_rules

ADA = ("Ada Lovelace", "ada.lovelace@example.com", "acme")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "tulip anvil mothball 7",
        "Zq7!fP2v#Lm9",
        "пароль-длинный-очень",
        "lovelace kettle drum 4",
        "密码很长而且没有人猜得到它",
    ],
)
def test_a_long_password_of_many_parts_is_good_enough(password: str) -> None:
    assert password_rules.objections(password, ADA) == ()


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("Zq7!fP2v#Lm", "12 characters long at least"),
        ("x" * 129, "longer than 128"),
        ("aaaaaaaaaaaa", "5 different characters"),
        ("849201938475", "digits alone"),
        ("password1234", "tried first"),
        ("P@ssw0rd2024!", "tried first"),
        ("qwertyuiop12", "tried first"),
        ("Summer2024!!", "tried first"),
        ("abcdefghijkl", "tried first"),
        ("Ratchet-admin-1", "tried first"),
        ("passwordpassword", "tried first"),
        ("adalovelace!1", "your name or email"),
        ("ada.lovelace99", "your name or email"),
        ("LOVELACE--123", "your name or email"),
    ],
)
def test_a_password_that_is_guessed_soon_is_refused(password: str, reason: str) -> None:
    assert any(reason in each for each in password_rules.objections(password, ADA))


def test_the_same_letters_typed_another_way_are_the_same_password() -> None:
    assert password_rules.normalized("e\u0301") == password_rules.normalized("é")


@given(st.text(max_size=140))
def test_whatever_is_typed_gets_an_answer(password: str) -> None:
    found = password_rules.objections(password, ADA)

    assert all(each for each in found)
