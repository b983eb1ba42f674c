"""Where versions that were made elsewhere are registered, judged, and serve."""

import asyncio
from typing import Any

import pytest

from chassis.service import Parts
from contracts.api.registration import VersionFacts
from contracts.api.version import Artifact, Bump, Verdict, Version, VersionStatus
from contracts.commands.versions import CompareVersions, RegisterVersion, ResolveTask
from contracts.errors import GateNotPassed, InvalidInput, UnknownTask, UnknownVersion
from contracts.events.release import VersionRegistered
from tests.registry.scene import champions, create_task, promote, register, said, tell, trained

ELSEWHERE = Artifact(sha256="", size=0, uri="s3://models/1")


async def external(parts: Parts, task: str = "tickets", **facts: Any) -> Version:
    command = RegisterVersion(task=task, artifact=ELSEWHERE, facts=VersionFacts.model_validate(facts))
    return await tell(parts, command)


async def test_a_first_version_from_elsewhere_may_be_promoted_and_its_uri_is_resolved(registry: Parts) -> None:
    await create_task(registry)

    version = await external(registry, metrics={"accuracy": 0.8}, parameters={"epochs": 3}, lineage={"by": "hand"})
    await promote(registry, version.id)
    resolution = await tell(registry, ResolveTask(task="tickets", unit="u1"))

    assert (version.source, version.status, version.label) == ("external", VersionStatus.CANDIDATE, "1.0.0")
    assert version.lineage == {"by": "hand", "parameters": {"epochs": 3}}
    assert (resolution.version_id, resolution.uri, resolution.artifact) == (version.id, "s3://models/1", "")


async def test_it_is_said_that_it_is_registered_though_no_job_made_it(registry: Parts) -> None:
    await create_task(registry)

    version = await external(registry)
    (told,) = await said(registry, count=1)

    assert isinstance(told, VersionRegistered)
    assert (told.version_id, told.job_id, told.promoted) == (version.id, None, False)


async def test_a_version_that_was_not_compared_is_not_promoted(registry: Parts) -> None:
    await champions(registry, 1)

    version = await external(registry, metrics={"loss": 0.1})

    assert version.gate.verdict is Verdict.INCONCLUSIVE
    with pytest.raises(GateNotPassed, match="roll it out in steps"):
        await promote(registry, version.id)


async def test_reported_accuracies_are_compared_with_those_of_the_champion(registry: Parts) -> None:
    await champions(registry, 1)

    version = await external(registry, metrics={"accuracy": 0.95, "samples": 1000})
    route = await promote(registry, version.id)

    assert version.gate.verdict is Verdict.SHIP
    assert route.arms[0].version_id == version.id


@pytest.mark.parametrize(("bump", "label"), [("patch", "1.0.1"), ("minor", "1.1.0"), ("major", "2.0.0")])
async def test_whoever_registers_says_what_the_label_raises(registry: Parts, bump: str, label: str) -> None:
    await champions(registry, 1)

    assert (await external(registry, label_bump=bump)).label == label


async def test_a_label_may_be_chosen_if_it_is_higher_than_the_one_before(registry: Parts) -> None:
    await champions(registry, 1)

    chosen = await external(registry, label="3.1.4")

    assert chosen.label == "3.1.4"
    with pytest.raises(InvalidInput, match=r"label: must be higher than 3\.1\.4"):
        await external(registry, label="3.1.4")
    assert (await external(registry, label_bump="patch")).label == "3.1.5"


async def test_a_training_may_ask_for_a_major_version(registry: Parts) -> None:
    (champion,) = await champions(registry, 1)

    completed = trained(against=champion.id).model_copy(update={"bump": Bump.MAJOR})

    assert (await register(registry, completed)).label == "2.0.0"


async def test_versions_registered_at_once_get_labels_of_their_own(registry: Parts) -> None:
    await create_task(registry)

    made = await asyncio.gather(*(external(registry) for _ in range(6)))

    assert sorted(version.number for version in made) == [1, 2, 3, 4, 5, 6]
    assert len({version.label for version in made}) == 6


async def test_a_version_of_an_unknown_task_is_refused(registry: Parts) -> None:
    with pytest.raises(UnknownTask):
        await external(registry, "nothing")


async def test_versions_of_one_task_are_compared_and_of_two_are_not(registry: Parts) -> None:
    first, second = await champions(registry, 2)
    await create_task(registry, "other")
    stranger = await external(registry, "other")

    found = await tell(registry, CompareVersions(a=first.id, b=second.id))

    assert (found.a.label, found.b.label, found.gate) == ("1.0.0", "1.0.1", second.gate)
    with pytest.raises(InvalidInput, match="only versions of one task"):
        await tell(registry, CompareVersions(a=first.id, b=stranger.id))
    with pytest.raises(UnknownVersion):
        await tell(registry, CompareVersions(a=first.id, b=second.id), tenant="other")
