"""Where it is tried that nobody overwrites what they have not seen, where there is no revision to say so."""

from contracts.api.retraining import RetrainPolicy
from contracts.commands.retraining import GetRetrainPolicy, SetRetrainPolicy
from contracts.errors import Stale
from contracts.etags import etag
from contracts.service import Service
from tests.gateway.stage import Behind, Gateway

PATH = "/v1/tasks/tickets/retrain-policy"


class Policies:
    """The policy of a task, as its owner keeps it."""

    def __init__(self) -> None:
        self.current = RetrainPolicy()

    def set(self, command: SetRetrainPolicy) -> RetrainPolicy:
        if command.seen not in (None, etag(self.current)):
            raise Stale("It was changed.", etag=etag(self.current))
        self.current = command.policy
        return self.current


async def test_an_edit_of_what_has_changed_since_is_refused_and_others_are_not(
    gateway: Gateway, behind: Behind
) -> None:
    policies = Policies()
    await behind.answer(
        Service.FEEDBACK, {GetRetrainPolicy: lambda _: policies.current, SetRetrainPolicy: policies.set}
    )

    seen = (await gateway.admin.get(PATH)).headers["etag"]
    first = await gateway.admin.put(PATH, json={"min_accuracy": 0.9}, headers={"If-Match": seen})
    late = await gateway.admin.put(PATH, json={"min_accuracy": 0.8}, headers={"If-Match": seen})
    again = await gateway.admin.put(PATH, json={"min_accuracy": 0.7}, headers={"If-Match": first.headers["etag"]})
    heedless = await gateway.admin.put(PATH, json={"min_accuracy": 0.6}, headers={"If-Match": "*"})

    assert [each.status_code for each in (first, late, again, heedless)] == [200, 412, 200, 200]
    assert late.json()["etag"] == first.headers["etag"]
    assert policies.current.min_accuracy == 0.6


async def test_whoever_has_the_answer_already_is_told_so_until_it_is_another(gateway: Gateway, behind: Behind) -> None:
    policies = Policies()
    await behind.answer(
        Service.FEEDBACK, {GetRetrainPolicy: lambda _: policies.current, SetRetrainPolicy: policies.set}
    )
    seen = (await gateway.admin.get(PATH)).headers["etag"]

    had = [await gateway.admin.get(PATH, headers={"If-None-Match": each}) for each in (seen, f'"old", W/{seen}')]
    head = await gateway.admin.head(PATH, headers={"If-None-Match": seen})
    await gateway.admin.put(PATH, json={"min_accuracy": 0.9})
    changed = await gateway.admin.get(PATH, headers={"If-None-Match": seen})

    assert [(each.status_code, each.content, each.headers["etag"]) for each in (*had, head)] == [(304, b"", seen)] * 3
    assert (changed.status_code, changed.json()["min_accuracy"]) == (200, 0.9)


async def test_what_is_no_etag_is_refused_by_name(gateway: Gateway) -> None:
    answer = await gateway.admin.put(PATH, json={}, headers={"If-Match": "7"})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "If-Match")
