"""Where somebody is erased with the SDK and on the command line."""

import json

import pytest

from contracts.service import Service
from ratchet import AsyncClient, Client, errors
from tests.sdk.fake_gateway import NOW, Gateway
from tests.sdk.test_cli import run
from tests.sdk.test_curating import version


def erasure(*done: str) -> dict[str, object]:
    services = ("feedback", "trainer", "registry")
    parts = [
        {"service": each, "finished_at": NOW if each in done else None, "counts": {"dead_letters": 1200, "units": 0}}
        for each in services
    ]
    whole = len(done) == len(services)
    return {
        "id": "e1", "status": "completed" if whole else "running", "subject_hash": "ab12", "names": 2,
        "requested_by": "ada", "requested_at": NOW, "refused_until": NOW, "completed_at": NOW if whole else None,
        "seconds": 1.5, "parts": parts,
    }  # fmt: skip


async def test_an_erasure_is_ordered_and_waited_for_by_both_clients(gateway: Gateway, client: Client) -> None:
    gateway.says("POST /v1/erasures", erasure(), 202)
    gateway.says("GET /v1/erasures/e1", erasure("feedback"))
    gateway.says("GET /v1/erasures/e1", erasure("feedback", "trainer", "registry"))

    begun = client.erasures.create("erna", also=["u-1"])
    done = client.erasures.wait("e1")
    async with AsyncClient(gateway.url, "rk_test") as other:
        again = await other.erasures.wait("e1")

    assert gateway.asked[0].body == {"subject": "erna", "also": ["u-1"]}
    assert begun.missing == (Service.FEEDBACK, Service.TRAINER, Service.REGISTRY)
    assert done.missing == ()
    assert again == done


def test_waiting_ends_with_who_is_missing(gateway: Gateway, client: Client) -> None:
    gateway.says("GET /v1/erasures/e1", erasure("feedback"))

    with pytest.raises(errors.TooSlow, match="waits for trainer, registry"):
        client.erasures.wait("e1", timeout_s=0)


def test_a_name_that_cannot_be_one_is_refused_before_it_is_sent(gateway: Gateway, client: Client) -> None:
    with pytest.raises(errors.InvalidInput, match="subject"):
        client.erasures.create("")

    assert gateway.asked == []


def test_the_command_asks_first_and_shows_what_was_erased(gateway: Gateway) -> None:
    gateway.says("POST /v1/erasures", erasure(), 202)
    gateway.says("GET /v1/erasures/e1", erasure("feedback", "trainer", "registry"))

    refused = run(gateway, "erase", "erna", read="n\n")
    asked = len(gateway.asked)
    done = run(gateway, "erase", "erna", "--also", "u-1", "--watch", read="y\n")
    told = run(gateway, "erase", "erna", "--json")

    assert (refused.exit_code, asked, done.exit_code) == (1, 0, 0), done.output
    assert "1,200 dead letters" in done.stderr
    assert "units" not in done.stderr
    assert json.loads(told.stdout)["id"] == "e1"


def test_versions_that_learnt_from_it_are_marked_in_their_list(gateway: Gateway) -> None:
    flagged = version(erasures=[{"erasure_id": "e1", "at": NOW, "rows": 3, "snapshot": None}])
    gateway.says("GET /v1/tasks/t/versions", {"items": [version()], "next_cursor": None})
    gateway.says("GET /v1/tasks/t/versions", {"items": [flagged], "next_cursor": None})

    plain, marked = run(gateway, "model", "list", "t"), run(gateway, "model", "list", "t")

    assert "erasures" not in plain.stdout
    assert "erasures" in marked.stdout
