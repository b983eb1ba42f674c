"""Where it is tried that the rules of a tenant hold for all that is stored, and that they can be set and tried out."""

import pytest

from chassis.database import Database
from contracts.api.redaction import Detector, RedactionRule, RedactionRules, RedactionTrial
from contracts.commands.dead_letters import ReplayDeadLetter
from contracts.commands.metrics import GetInference, ListFeedback, ListInferences
from contracts.commands.redaction import GetRedaction, PreviewRedaction, SetRedaction
from contracts.errors import InvalidInput
from contracts.service import Service
from feedback.ingest.rulebook import MOST_TENANTS, Rulebook
from feedback.store import redactions
from tests.feedback.running import Running, inference, opinion

EMAIL = "ada@shop.example"
ALL = RedactionRules(rules=tuple(RedactionRule(detector=each) for each in Detector))


@pytest.fixture
async def redacting(feedback: Running) -> Running:
    await feedback.ask(SetRedaction(rules=ALL))
    return feedback


async def test_nothing_is_taken_out_unless_somebody_asked_for_it(feedback: Running) -> None:
    sent = inference(input={"text": EMAIL})
    await feedback.send("inference", sent)
    await feedback.settle()

    stored = await feedback.ask(GetInference(inference_id=sent["id"]))

    assert stored.input == {"text": EMAIL}
    assert (await feedback.ask(GetRedaction())).set_at is None


async def test_every_text_of_an_inference_is_redacted_and_what_ties_it_to_others_is_not(redacting: Running) -> None:
    sent = inference(
        id=EMAIL, unit=EMAIL, session=EMAIL, error=f"no answer to {EMAIL}", output={"label": "billing", "to": [EMAIL]},
        input={"text": f"I am {EMAIL}", EMAIL: "+49 170 1234567", "card": 4111111111111111, "n": 7},
    )  # fmt: skip
    await redacting.send("inference", sent)
    await redacting.settle()

    stored = await redacting.ask(GetInference(inference_id=EMAIL))

    assert stored.input == {"text": "I am [email]", "[email]": "[phone]", "card": "[card]", "n": 7}
    assert (stored.output, stored.error) == ({"label": "billing", "to": ["[email]"]}, "no answer to [email]")
    assert (stored.id, stored.unit, stored.session[:7], len(stored.session)) == (EMAIL, EMAIL, "[email:", 24)


async def test_every_text_of_an_opinion_is_redacted(redacting: Running) -> None:
    sent = opinion(correction={"label": EMAIL}, comment=f"ask {EMAIL}", by=EMAIL, input={"text": EMAIL})
    await redacting.send("feedback", [sent, opinion(by="ada", comment="fine")])
    await redacting.settle()

    stored = {each.comment: each for each in (await redacting.ask(ListFeedback(task="tickets"))).items}

    assert (stored["ask [email]"].correction, stored["ask [email]"].by[:7]) == ({"label": "[email]"}, "[email:")
    assert stored["fine"].by == "ada"


async def test_what_is_broken_is_redacted_too_and_can_be_handed_in_again(redacting: Running) -> None:
    later = inference(task="later", input={"text": EMAIL})
    await redacting.send("inference", [later, inference(input=EMAIL, **{EMAIL: EMAIL})])
    await redacting.send("inference", b'{"task": "tickets", "input": "' + EMAIL.encode())
    await redacting.settle()

    letters = await redacting.letters()
    redacting.registry.tasks["acme", "later"] = None
    redacting.parts.known_tasks._missing.clear()
    of_later = next(letter for letter in letters if "later" in letter.body)
    await redacting.ask(ReplayDeadLetter(service=Service.FEEDBACK, dead_letter_id=of_later.id))

    assert len(letters) == 3
    assert [letter for letter in letters if EMAIL in letter.body + letter.reason] == []
    assert (await redacting.ask(ListInferences(task="later"))).items[0].input == {"text": "[email]"}


async def test_the_rules_of_one_tenant_are_not_those_of_another(redacting: Running) -> None:
    redacting.registry.tasks["other", "tickets"] = None
    await redacting.send("inference", inference(input=EMAIL), tenant="other")
    await redacting.settle("other")

    stored = (await redacting.ask(ListInferences(task="tickets"), "other")).items

    assert (stored[0].input, (await redacting.ask(GetRedaction(), "other")).rules) == (EMAIL, ())


async def test_rules_are_tried_out_before_they_are_set(feedback: Running) -> None:
    own = RedactionRule(name="customer", pattern="CUST-[0-9]{4}", action="hash")
    body = {"task": "tickets", "input": {"text": "CUST-1234 writes CUST-1234"}, "by": "CUST-1234", "unit": "CUST-1234"}
    trial = RedactionTrial(body=body, rules=(own,))

    shown = await feedback.ask(PreviewRedaction(trial=trial))
    unchanged = await feedback.ask(PreviewRedaction(trial=RedactionTrial(text=EMAIL)))

    assert shown.found == {"customer": 3}
    first, _, second = shown.body["input"]["text"].split(" ")
    assert (first, shown.body["by"], shown.body["unit"]) == (second, first, "CUST-1234")
    assert (unchanged.text, unchanged.found) == (EMAIL, {})


async def test_a_pattern_that_cannot_be_used_is_never_set(redacting: Running) -> None:
    broken = RedactionRules(rules=(RedactionRule(name="x", pattern="("),))

    with pytest.raises(InvalidInput, match=r"rules\.0\.pattern: cannot be used"):
        await redacting.ask(SetRedaction(rules=broken))

    assert (await redacting.ask(GetRedaction())).rules == ALL.rules


async def test_hashes_stay_comparable_when_rules_are_set_again(feedback: Running) -> None:
    hashing = RedactionRules(rules=(RedactionRule(detector=Detector.EMAIL, action="hash"),))
    shown = []
    for _ in range(2):
        await feedback.ask(SetRedaction(rules=hashing))
        shown.append((await feedback.ask(PreviewRedaction(trial=RedactionTrial(text=EMAIL)))).text)

    assert shown[0] == shown[1] != EMAIL


async def test_the_rules_of_a_tenant_are_known_while_those_of_many_others_are_forgotten(database: Database) -> None:
    async with database.transaction("acme") as tx:
        await redactions.set_(tx, ALL, b"k" * 32)
    book = Rulebook(database)
    await book.of(["acme", *map(str, range(MOST_TENANTS))])

    known = await book.of(["acme", "late"])

    assert list(known) == ["acme"]
