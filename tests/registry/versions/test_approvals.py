"""Where a second person approves what is to serve."""

import pytest

from chassis.rpc.asking import ask
from chassis.rpc.caller import Caller
from chassis.service import Parts
from contracts.api.registration import NewApproval, Retirement
from contracts.api.task import TaskChange
from contracts.api.version import Promotion, Version, VersionStatus
from contracts.commands.tasks import ChangeTask
from contracts.commands.versions import ApproveVersion, PromoteVersion, RetireVersion
from contracts.errors import ApprovalNeeded, NotReleasable, UnknownVersion
from contracts.event import Cause
from tests.registry.scene import champions, create_task, promote, register, roll_back, route_of, tell, trained


async def waiting(parts: Parts) -> Version:
    """Give a version that is better than the champion, of a task that asks for approval."""
    (champion,) = await champions(parts, 1)
    await tell(parts, ChangeTask(key="tickets", change=TaskChange(approvals=1)))
    return await register(parts, trained(against=champion.id))


async def approve(parts: Parts, version: Version, actor: str, note: str = "") -> Version:
    command = ApproveVersion(version_id=version.id, approval=NewApproval(note=note))
    return await tell(parts, command, actor=actor)


async def test_a_better_version_waits_for_approval(registry: Parts) -> None:
    version = await waiting(registry)

    assert version.status is VersionStatus.CANDIDATE
    assert "approval of a second person" in version.gate.reasons[-1]
    assert (await route_of(registry)).arms[0].version_id != version.id


async def test_nobody_promotes_what_only_they_themselves_have_approved(registry: Parts) -> None:
    version = await waiting(registry)
    await approve(registry, version, "ada")

    with pytest.raises(ApprovalNeeded, match=r"somebody other than ada.*approved by ada so far") as refused:
        await promote(registry, version.id)

    assert refused.value.facts["approved_by"] == ["ada"]


async def test_what_somebody_else_has_approved_is_promoted(registry: Parts) -> None:
    version = await waiting(registry)
    await approve(registry, version, "bob")

    route = await promote(registry, version.id)

    assert route.arms[0].version_id == version.id


@pytest.mark.parametrize(
    ("approver", "promoter", "allowed"),
    [
        (("script", "user:1"), ("ada", "user:1"), False),
        (("ada", "user:2"), ("ada", "user:1"), False),
        (("bob", "user:2"), ("ada", "user:1"), True),
        (("bob", ""), ("ada", "user:1"), True),
    ],
)
async def test_nobody_is_the_second_person_with_another_key_or_under_the_same_name(
    registry: Parts, approver: tuple[str, str], promoter: tuple[str, str], *, allowed: bool
) -> None:
    version = await waiting(registry)
    approval = ApproveVersion(version_id=version.id, approval=NewApproval())
    promotion = PromoteVersion(version_id=version.id, promotion=Promotion())

    await ask(registry.nats, approval, as_person(*approver))

    if allowed:
        assert (await ask(registry.nats, promotion, as_person(*promoter))).arms[0].version_id == version.id
    else:
        with pytest.raises(ApprovalNeeded, match="whoever made a key is no other person than that key"):
            await ask(registry.nats, promotion, as_person(*promoter))


async def test_two_keys_of_one_person_approve_once(registry: Parts) -> None:
    version = await waiting(registry)
    approval = ApproveVersion(version_id=version.id, approval=NewApproval())

    await ask(registry.nats, approval, as_person("bob", "user:2"))
    shown = await ask(registry.nats, approval, as_person("bobs-script", "user:2"))

    assert [each.by for each in shown.approvals] == ["bob"]


def as_person(actor: str, person: str) -> Caller:
    return Caller("acme", Cause(actor, person=person))


async def test_who_approves_twice_is_shown_once_with_the_first_note(registry: Parts) -> None:
    version = await waiting(registry)
    await approve(registry, version, "bob", "looked at it")
    await approve(registry, version, "eve")

    shown = await approve(registry, version, "bob", "again")

    assert [(each.by, each.note) for each in shown.approvals] == [("bob", "looked at it"), ("eve", "")]


async def test_a_rollback_waits_for_nobody(registry: Parts) -> None:
    first, _ = await champions(registry, 2)
    await tell(registry, ChangeTask(key="tickets", change=TaskChange(approvals=1)))

    route = await roll_back(registry)

    assert route.arms[0].version_id == first.id


async def test_a_default_version_needs_approval_too(registry: Parts) -> None:
    await create_task(registry)
    version = await register(registry, trained(auto_release=False))
    await tell(registry, ChangeTask(key="tickets", change=TaskChange(approvals=1)))

    with pytest.raises(ApprovalNeeded):
        await tell(registry, ChangeTask(key="tickets", change=TaskChange(default_version=version.id)))


async def test_an_archived_version_and_one_of_another_tenant_are_not_approved(registry: Parts) -> None:
    version = await waiting(registry)

    with pytest.raises(UnknownVersion):
        await tell(registry, ApproveVersion(version_id=version.id, approval=NewApproval()), tenant="other")
    retire = RetireVersion(version_id=version.id, status=VersionStatus.ARCHIVED, retirement=Retirement())
    await tell(registry, retire)
    with pytest.raises(NotReleasable, match="archived"):
        await approve(registry, version, "bob")


async def test_a_task_that_asks_for_none_lets_anybody_promote(registry: Parts) -> None:
    await create_task(registry)
    version = await register(registry, trained(auto_release=False))

    promotion = PromoteVersion(version_id=version.id, promotion=Promotion())

    assert (await tell(registry, promotion)).revision == 2
