"""Where it is tried that events and refusals survive their way through headers and JSON."""

import pytest

from contracts import errors
from contracts.errors import AlreadyRunning, DomainError, InvalidInput, NotFound
from contracts.event import Cause, Envelope
from contracts.events.training import TrainingRequested
from contracts.problem import Problem
from contracts.raising import from_problem

REQUEST = TrainingRequested(task="tickets", decision_id="d", reason="r", auto_release=True)


def test_an_envelope_is_read_as_it_was_written() -> None:
    written = Envelope.around(REQUEST, "acme", Cause("ada", "chain", "cause", "00-trace"))

    assert Envelope.read(written.headers()) == written


def test_what_follows_an_event_names_it_as_its_cause_and_stays_in_the_chain() -> None:
    envelope = Envelope.around(REQUEST, "acme", Cause("ada", "chain"))

    following = envelope.following()

    assert (following.causation_id, following.correlation_id, following.actor) == (envelope.id, "chain", "ada")


def test_the_message_id_belongs_to_the_tenant() -> None:
    envelope = Envelope.around(REQUEST, "acme", Cause("ada"))

    assert envelope.headers()["Nats-Msg-Id"] == f"acme:{envelope.id}"


def test_headers_without_an_id_are_refused() -> None:
    with pytest.raises(KeyError):
        Envelope.read({"ce-tenant": "acme"})


def test_a_refusal_comes_back_as_its_own_class_with_its_facts() -> None:
    refusal = AlreadyRunning("Job 7 is under way.", running_job_id="7")

    back = from_problem(Problem.model_validate_json(refusal.problem().model_dump_json()))

    assert type(back) is AlreadyRunning
    assert (back.detail, back.facts) == ("Job 7 is under way.", {"running_job_id": "7"})


def test_the_fields_that_are_wrong_come_back() -> None:
    back = from_problem(InvalidInput.at("task", "is missing").problem())

    assert [(each.field, each.reason) for each in back.errors] == [("task", "is missing")]


def test_an_unknown_refusal_becomes_the_nearest_class() -> None:
    back = from_problem(Problem(type="urn:ratchet:problem:new", title="t", status=404, detail="gone"))

    assert type(back) is NotFound


def test_every_refusal_has_a_title_and_a_status_of_its_kind() -> None:
    known = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, DomainError)]

    assert all(each.__doc__ and 400 <= each.status < 600 for each in known)
    assert len(known) > 20
