"""Where it is tested that versions say what they learnt from was erased, and what to do about it."""

from chassis.service import Parts
from contracts.commands.health import GetTaskHealth
from contracts.commands.versions import GetVersion, ListVersions
from contracts.events.erasure import RowsErased, TaintedVersion, VersionsFlagged
from contracts.ids import new_id
from contracts.topology import EVENTS_STREAM
from tests.registry.scene import champions, say, tell
from tests.registry.ward import answered, feedback_beside


def told(erasure_id: str, *versions: str, part: int = 1, parts: int = 1) -> RowsErased:
    tainted = tuple(TaintedVersion(version_id=each, rows=3, snapshot="b" * 64) for each in versions)
    return RowsErased(erasure_id=erasure_id, versions=tainted, part=part, parts=parts, counts={})


async def flagged(registry: Parts, erasure_id: str, tenant: str = "acme") -> VersionsFlagged:
    """Wait until the registry says that it is done with an erasure."""
    subject = VersionsFlagged.address(tenant)
    stream = await registry.jetstream.subscribe(subject, stream=EVENTS_STREAM, ordered_consumer=True)
    while True:
        event = VersionsFlagged.model_validate_json((await stream.next_msg(timeout=30)).data)
        if event.erasure_id == erasure_id:
            await stream.unsubscribe()
            return event


async def test_a_version_that_learnt_from_what_was_erased_says_so(registry: Parts) -> None:
    first, second = await champions(registry, 2)
    erasure_id = new_id()

    await say(registry, told(erasure_id, second.id))
    done = await flagged(registry, erasure_id)
    shown = await tell(registry, GetVersion(version_id=second.id))
    listed = (await tell(registry, ListVersions(task="tickets"))).items
    async with feedback_beside(registry) as feedback:
        feedback.says(answered(second.id, judged=200, right=182, p95=120.0))
        seen = await tell(registry, GetTaskHealth(task="tickets"))

    assert (done.erasure_id, done.versions) == (erasure_id, 1)
    assert [(each.erasure_id, each.rows, each.snapshot) for each in shown.erasures] == [(erasure_id, 3, "b" * 64)]
    assert {each.id: len(each.erasures) for each in listed} == {first.id: 0, second.id: 1}
    assert shown.model_copy(update={"erasures": ()}) == second
    assert [each.sentence for each in seen.issues] == [
        f"{second.label} learnt from 3 rows that were erased on behalf of a person."
    ]
    assert seen.recommendations[0].command == "ratchet train start tickets"


async def test_an_erasure_is_acknowledged_when_its_last_part_was_heard_in_any_order(registry: Parts) -> None:
    (version,) = await champions(registry, 1)
    erasure_id = new_id()

    await say(registry, told(erasure_id, version.id, part=3, parts=3))
    await say(registry, told(erasure_id, new_id(), part=1, parts=3))
    await say(registry, told(erasure_id, version.id, part=3, parts=3))
    await say(registry, told(erasure_id, new_id(), part=2, parts=3))

    assert (await flagged(registry, erasure_id)).versions == 3


async def test_a_version_of_another_tenant_is_not_flagged(registry: Parts) -> None:
    (version,) = await champions(registry, 1)
    erasure_id = new_id()

    await say(registry, told(erasure_id, version.id), tenant="other")
    await flagged(registry, erasure_id, "other")

    assert (await tell(registry, GetVersion(version_id=version.id))).erasures == ()
