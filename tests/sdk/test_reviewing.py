"""Where reviewing on the command line is tried: one example after another by keys, and many by flags."""

from typing import Any

from typer.testing import CliRunner, Result

from ratchet.cli.app import app
from tests.sdk.fake_gateway import NOW, Gateway

CLAIM, RELEASE = "POST /v1/examples/claim", "POST /v1/examples/release"


def run(gateway: Gateway, *words: str, keys: str = "") -> Result:
    env = {"RATCHET_URL": gateway.url, "RATCHET_API_KEY": "rk_test"}
    return CliRunner(env=env).invoke(app, list(words), input=keys)


def example(id: str = "e-1", **others: object) -> dict[str, Any]:
    return {
        "id": id, "task": "tickets", "input": "where is it", "output": "bug", "expected_output": "shipping",
        "kind": "correction", "status": "pending", "quality": 0.7, "quality_reasons": ["It comes from a user (0.70)."],
        "source": "user", "inference_id": None, "feedback_key": None, "submitted_by": "sue", "reviewed_by": None,
        "note": None, "created_at": NOW, "reviewed_at": None, "revision": 3, **others,
    }  # fmt: skip


def queued(*examples: dict[str, Any], **others: object) -> dict[str, Any]:
    return {"items": [{"example": each, "reviews": 1, "required": 2, **others} for each in examples]}


def told(by: str, sentence: str, what: str = "reviewed") -> dict[str, Any]:
    return {"at": NOW, "by": by, "what": what, "sentence": sentence, "note": None}


def at_the_desk(gateway: Gateway, *examples: dict[str, Any], **others: object) -> None:
    gateway.says(CLAIM, queued(*examples, **others))
    gateway.says(CLAIM, {"items": []})
    gateway.says(RELEASE, {"released": 0})
    for each in examples:
        gateway.says(f"POST /v1/examples/{each['id']}/review", each | {"status": "approved"})
        history = {"items": [told("grace", "Approved as it is."), told("me", "Approved.")], "next_cursor": None}
        gateway.says(f"GET /v1/examples/{each['id']}/history", history)


def sent(gateway: Gateway, path: str) -> list[Any]:
    return [asked.body for asked in gateway.asked if asked.path == path]


def test_examples_are_reviewed_by_keys_and_what_others_said_is_shown_after_ones_own_word(gateway: Gateway) -> None:
    at_the_desk(gateway, example("e-1"), example("e-2"), example("e-3"))

    result = run(gateway, "examples", "review", "--task", "tickets", keys="x\na\nr\nspam\ne\nreturns\n")

    assert result.exit_code == 0, result.output
    shown = result.stderr
    assert "It comes from a user" in shown
    assert shown.index("[a]pprove") < shown.index("grace: Approved as it is.")
    assert sent(gateway, "/v1/examples/e-1/review") == [{"verdict": "approve"}]
    assert sent(gateway, "/v1/examples/e-2/review") == [{"verdict": "reject", "note": "spam"}]
    assert sent(gateway, "/v1/examples/e-3/review") == [{"verdict": "approve", "expected_output": "returns"}]
    reviews = [asked for asked in gateway.asked if asked.path.endswith("/review")]
    assert {asked.headers["If-Match"] for asked in reviews} == {'"3"'}
    assert "Reviewed 3: 3 settled" in result.stdout


def test_a_key_that_means_nothing_is_asked_for_again(gateway: Gateway) -> None:
    at_the_desk(gateway, example("e-1"))

    result = run(gateway, "examples", "review", "--task", "tickets", keys="x\n\nq\n")

    assert result.stderr.count("Please press one of a, r, e, s and q.") == 2
    assert "Reviewed 0" in result.stdout


def test_what_is_skipped_or_not_reached_is_given_back(gateway: Gateway) -> None:
    at_the_desk(gateway, example("e-1"), example("e-2"))

    result = run(gateway, "examples", "review", "--task", "tickets", keys="s\n")

    assert "Reviewed 0: 0 settled, 0 wait for others, 0 disputed, 1 skipped." in result.stdout
    assert sent(gateway, "/v1/examples/release") == [{"task": "tickets", "claims_only": True}]


def test_who_decides_a_dispute_is_shown_what_was_said(gateway: Gateway) -> None:
    said = [{"by": "ada", "verdict": "reject", "note": "spam", "expected_output": "shipping", "at": NOW}]
    at_the_desk(gateway, example("e-1", disputed=True), given=said)

    result = run(gateway, "examples", "review", "--task", "tickets", keys="q\n")

    assert "you decide" in result.stderr
    assert "ada says reject" in result.stderr


def test_an_example_that_somebody_else_was_faster_with_stops_nobody(gateway: Gateway) -> None:
    at_the_desk(gateway, example("e-1"), example("e-2"))
    gateway.replies["POST /v1/examples/e-1/review"] = []
    gateway.refuses("POST /v1/examples/e-1/review", 412, "stale", "It has revision 4 by now.")

    result = run(gateway, "examples", "review", "--task", "tickets", keys="a\na\n")

    assert "Somebody was faster: It has revision 4 by now." in result.stderr
    assert "Reviewed 1" in result.stdout


def test_named_examples_are_reviewed_without_a_terminal(gateway: Gateway) -> None:
    gateway.says("POST /v1/examples/review", {"reviewed": 2, "settled": 1, "waiting": 1, "disputed": 0, "skipped": 0})

    result = run(gateway, "examples", "review", "e-1", "e-2", "--reject", "--note", "spam")

    assert gateway.asked[0].body == {"ids": ["e-1", "e-2"], "verdict": "reject", "note": "spam"}
    assert result.stdout.strip() == "Reviewed 2: 1 settled, 1 wait for others, 0 disputed."


def test_why_examples_may_be_skipped_is_told(gateway: Gateway) -> None:
    gateway.says("POST /v1/examples/review", {"reviewed": 0, "skipped": 1})

    result = run(gateway, "examples", "review", "e-1")

    assert "1 skipped." in result.stdout
    assert "may not be reviewed by you" in result.stderr


def test_work_is_shared_out_by_name(gateway: Gateway) -> None:
    shared = {"examples": 5, "assignments": 10, "by": {"ada": 5, "joan": 5}, "short": 0, "left": 0}
    gateway.says("POST /v1/examples/assign", shared)

    result = run(gateway, "examples", "assign", "--task", "tickets", "--to", "ada", "--to", "joan")

    assert gateway.asked[0].body == {"task": "tickets", "ids": None, "to": ["ada", "joan"], "each": None}
    assert result.stdout.strip() == "Shared out 5 examples: ada 5, joan 5."
    assert run(gateway, "examples", "assign", "--to", "ada").exit_code == 1
