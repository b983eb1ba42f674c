"""Where the accounts of tenants are held to sharing what they must and nothing else."""

import json

from contracts import applications
from gateway.credentials import accounts
from gateway.credentials.accounts import Bounds
from tests.gateway.credentials.yard import ADMITTED, KEYS


def test_the_order_in_which_credentials_come_changes_nothing() -> None:
    assert accounts.written(ADMITTED, Bounds(1)) == accounts.written(tuple(reversed(ADMITTED)), Bounds(1))


def test_every_tenant_has_one_account_with_its_own_applications_and_subjects() -> None:
    written = json.loads(accounts.written(ADMITTED, Bounds(7)))

    assert list(written) == ["tenant-acme", "tenant-globex"]
    assert {user["nkey"] for user in written["tenant-acme"]["users"]} == {KEYS["shop"], KEYS["desk"]}
    assert "globex" not in json.dumps(written["tenant-acme"])
    assert written["tenant-acme"]["limits"]["max_connections"] == 7


def test_nothing_is_taken_that_is_not_offered() -> None:
    taken, offered = applications.shared("acme"), applications.shared("*")

    for mine, everybodys in zip((*taken.asked, *taken.told), (*offered.asked, *offered.told), strict=True):
        assert mine.replace("acme", "*") == everybodys


def test_without_credentials_there_are_no_accounts() -> None:
    assert json.loads(accounts.written((), Bounds(1))) == {}
