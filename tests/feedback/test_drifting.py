"""Where it is tried that what comes in is counted once, measured for each check, and forgotten in time."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from chassis.database import EVERY_TENANT, Database, Transaction
from contracts.api.retraining import RetrainDecision, RetrainPolicy, RetrainReplayTerms
from contracts.commands.retraining import ListRetrainDecisions
from contracts.ids import new_id
from feedback import retraining
from feedback.drift.fields import MOST_FIELDS
from feedback.ingest import shapes as counted
from feedback.retraining import housekeeping, replaying
from feedback.settings import Settings
from feedback.store import policies, shapes
from feedback.store.inferences import NewRow
from tests.feedback.shaping import row

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
POLICY = RetrainPolicy(min_accuracy=None, min_new_examples=None, max_age_hours=None)


@pytest.fixture
async def tx(database: Database) -> AsyncIterator[Transaction]:
    async with database.transaction("acme") as made:
        yield made


async def serve_since(tx: Transaction, days: int) -> None:
    await tx.execute(
        "INSERT INTO champions (tenant, task, version_id, revision, since) VALUES ('acme', 'tickets', 'v1', 1, $1)",
        NOW - days * DAY,
    )


async def train(tx: Transaction, days_ago: float) -> None:
    await tx.execute(
        """
        INSERT INTO trainings (tenant, task, job_id, queued_at, ended_at, outcome)
        VALUES ('acme', 'tickets', 'j1', $1, $1, 'completed')
        """,
        NOW - days_ago * DAY,
    )


def asked(days_ago: range, country: str, label: str = "billing") -> list[NewRow]:
    """Make up forty answers a day."""
    random = Random(1)
    return [
        row(
            {"country": random.choice(["de", "fr", country]), "amount": random.gauss(50, 10)},
            (NOW - days * DAY).date(),
            version_id="v1",
            label=random.choice(["shipping", label]),
            confidence=random.random(),
        )
        for days in days_ago
        for _ in range(40)
    ]


async def test_a_value_that_there_was_none_of_before_the_training_asks_for_training(tx: Transaction) -> None:
    await counted.count(tx, [*asked(range(5, 15), "fr"), *asked(range(5), "pl")])
    await train(tx, days_ago=5)
    await policies.set_(tx, "tickets", POLICY)

    decision = await retraining.check(tx, "acme", "tickets", asked_by="ada")

    assert decision.fired
    (reason,) = decision.reasons
    assert reason.startswith("The values of field 'country' moved: PSI ")
    assert "share of new values 0.3" in reason
    worst = decision.evidence["drift"]["inputs"]["features"][0]
    assert (worst["feature"], worst["field"], worst["before"], worst["now"]) == ("value", "country", 400, 200)


async def test_a_champion_whose_answers_change_asks_for_training(tx: Transaction) -> None:
    await counted.count(tx, [*asked(range(7, 20), "fr"), *asked(range(7), "fr", label="login")])
    await serve_since(tx, days=20)
    await policies.set_(tx, "tickets", POLICY)

    decision = await retraining.check(tx, "acme", "tickets", asked_by="ada")

    assert decision.fired
    assert "The labels of outputs moved: " in decision.reasons[0]


async def test_what_is_not_watched_or_too_little_asks_for_nothing(tx: Transaction) -> None:
    await counted.count(tx, [*asked(range(5, 15), "fr"), *asked(range(5), "pl")])
    await train(tx, days_ago=5)

    for changes, reason in (
        ({"drift": None}, "Drift is not watched."),
        ({"drift": {"fields": ["amount"]}}, "Nothing moved too far; most: "),
        ({"min_sample": 201}, "Drift is not judged: it counts from 201 answers before and since."),
        ({"drift": {"psi": 50, "new_categories": None}}, "Nothing moved too far; most: "),
    ):
        await policies.set_(tx, "tickets", RetrainPolicy.model_validate(POLICY.model_dump() | changes))
        decision = await retraining.check(tx, "acme", "tickets", asked_by="ada")

        assert not decision.fired
        assert decision.reasons[-1].startswith(reason)


async def test_without_days_to_compare_with_drift_is_not_judged_and_the_clock_measures_it_now_and_then(
    tx: Transaction,
) -> None:
    await policies.set_(tx, "tickets", POLICY)
    await train(tx, days_ago=0)

    checks = [await retraining.check(tx, "acme", "tickets", asked_by=who) for who in ("the clock", "the clock", "ada")]

    assert {each.reasons[-1] for each in checks} == {
        "Drift is not judged: there are no days yet to compare with those since."
    }
    measured = [each.evidence["drift"]["measured_at"] for each in checks]
    assert measured[0] == measured[1] < measured[2]


async def test_of_too_many_fields_the_same_are_kept_in_whatever_batches_they_come(tx: Transaction) -> None:
    today = NOW.date()
    batches = [{f"field {number}": number for number in range(start, start + 30)} for start in range(0, 120, 30)]
    for task, ordered in (("there", batches), ("back", batches[::-1])):
        for batch in ordered:
            await counted.count(tx, [row(batch, today, task=task)])

    there, back = [
        {each.field for each in await shapes.between(tx, tenant="acme", task=task, version_id="", days=(today, today))}
        for task in ("there", "back")
    ]

    assert there == back
    assert len(there - {""}) == MOST_FIELDS


async def decided(tx: Transaction, hours_ago: float, new_examples: int, *, fired: bool = False) -> None:
    evidence = {
        "champion_version_id": None,
        "champion_since": None,
        "judged": 0,
        "new_examples": new_examples,
        "trained_at": None,
        "requested_at": None,
        "running_job_id": None,
        "hours_since_training": hours_ago,
    }
    decision = RetrainDecision(
        id=new_id(),
        task="tickets",
        fired=fired,
        reasons=("because",),
        evidence=evidence,
        policy={},
        asked_by="the clock",
        at=NOW - timedelta(hours=hours_ago),
    )
    await policies.insert_decision(tx, "acme", decision)


async def test_old_checks_in_which_nothing_was_new_are_folded_and_replayed_as_before(database: Database) -> None:
    terms = RetrainReplayTerms(min_new_examples=5, cooldown_minutes=100, **{"from": NOW - 30 * DAY})
    async with database.transaction("acme") as tx:
        for hour in range(12):
            await decided(tx, 190 - hour, 4 if hour < 5 else 6, fired=hour == 9)
        before = await replaying.replay(tx, "tickets", terms)
    async with database.transaction(EVERY_TENANT) as tx:
        await housekeeping.tidy(tx, Settings(database_url="none"), NOW)
    async with database.transaction("acme") as tx:
        after = await replaying.replay(tx, "tickets", terms)
        kept = (await retraining.list_decisions(tx, ListRetrainDecisions(task="tickets"))).items

    assert [each.checks for each in kept] == [2, 1, 4, 5]
    assert after.model_dump(exclude={"until"}) == before.model_dump(exclude={"until"})
    assert (before.checks, before.fired, before.really_fired) == (12, 1, 1)
