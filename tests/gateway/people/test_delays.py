"""Where it is tried how long somebody waits who has guessed wrong."""

import pytest

from gateway.access import delays
from gateway.api import visitor


def test_the_first_mistakes_cost_nothing_and_then_each_costs_twice_as_much_up_to_a_quarter_of_an_hour() -> None:
    assert delays.delays(4) == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
    ],
)
def test_who_has_many_addresses_counts_as_one(address: str, network: str) -> None:
    assert delays.network(address) == network


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, b"6.6.6.6", "10.0.0.1"),
        (1, b"6.6.6.6, 192.0.2.7", "192.0.2.7"),
        (2, b"6.6.6.6, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
        (3, b"192.0.2.7", "192.0.2.7"),
        (1, b"", "10.0.0.1"),
        (1, b"x" * 1000, "x" * 64),
    ],
)
def test_only_our_own_proxies_are_believed_where_somebody_comes_from(
    proxies: int, forwarded: bytes, address: str
) -> None:
    assert visitor.address_of({"client": ("10.0.0.1", 1)}, {b"x-forwarded-for": forwarded}, proxies) == address


def test_an_attempt_is_counted_by_email_and_by_network_whichever_account_is_meant_and_tells_neither() -> None:
    made = delays.attempt("ada@example.com", "192.0.2.7", of="acme")
    elsewhere = delays.attempt("ada@example.com", "192.0.2.8", of="acme")
    another = delays.attempt("ada@example.com", "192.0.2.7", of="globex")
    nobody = delays.attempt("ada@example.com", "192.0.2.7", of=None)

    assert made.email == elsewhere.email == another.email == nobody.email
    assert made.account == elsewhere.account
    assert len({made.account, another.account, nobody.account, made.email}) == 4
    assert made.address == another.address == nobody.address != elsewhere.address
    assert b"ada" not in made.email + made.account
