"""Where it is tried how admins look after people, and how far they may go."""

import asyncio

from chassis.database import Transaction
from chassis.rpc.answering import Answering, Answers
from contracts.api.review import Assigned
from contracts.api.version import Version
from contracts.commands.reviews import AssignExamples
from contracts.commands.versions import ApproveVersion
from contracts.service import Service
from tests.gateway.people.registering import ADA, PASSWORD, invite, join, log_in
from tests.gateway.stage import Behind, Gateway, as_
from tests.gateway.test_registrations import version


async def test_people_are_invited_listed_shown_and_changed(gateway: Gateway) -> None:
    ada, _ = await invite(gateway), await invite(gateway, "Bob", "viewer")
    address = f"/v1/users/{ada['id']}"

    listed = (await gateway.admin.get("/v1/users")).json()["items"]
    shown = await gateway.admin.get(address)
    stale = await gateway.admin.patch(address, json={"role": "admin"}, headers={"If-Match": '"7"'})
    changed = await gateway.admin.patch(
        address, json={"role": "admin", "name": "Ada L", "email": "ADA2@example.com"}, headers={"If-Match": '"1"'}
    )

    assert [each["name"] for each in listed] == ["Bob", "Ada"]
    assert (shown.json()["has_password"], shown.headers["etag"], "invitation" in shown.json()) == (False, '"1"', False)
    assert (stale.status_code, changed.status_code, changed.headers["etag"]) == (412, 200, '"2"')
    assert [changed.json()[name] for name in ("role", "name", "email")] == ["admin", "Ada L", "ada2@example.com"]


async def test_who_is_no_longer_active_is_out_at_once_and_can_be_let_in_again(gateway: Gateway) -> None:
    ada = await join(gateway)

    await gateway.admin.patch(f"/v1/users/{ada.id}", json={"active": False})
    out = [(await ada.client.get("/v1/me")).status_code, (await log_in(gateway)).status_code]
    await gateway.admin.patch(f"/v1/users/{ada.id}", json={"active": True})

    assert out == [401, 401]
    assert [(await ada.client.get("/v1/me")).status_code, (await log_in(gateway)).status_code] == [401, 201]


async def test_a_new_role_holds_at_once(gateway: Gateway) -> None:
    ada = await join(gateway, role="admin")
    before = await ada.client.get("/v1/users")

    await gateway.admin.patch(f"/v1/users/{ada.id}", json={"role": "viewer"})
    after = await ada.client.get("/v1/users")

    assert (before.status_code, after.status_code) == (200, 403)
    assert "an admin can give you another role" in after.json()["detail"]


async def test_who_was_removed_is_gone_and_nobody_gets_their_name(gateway: Gateway) -> None:
    ada = await join(gateway)

    removed = await gateway.admin.delete(f"/v1/users/{ada.id}")
    again = await gateway.admin.post("/v1/users", json={"name": "ada", "email": ADA})
    another = await gateway.admin.post("/v1/users", json={"name": "Ada II", "email": ADA})

    assert removed.status_code == 204
    assert [(await ada.client.get("/v1/me")).status_code, (await log_in(gateway)).status_code] == [401, 401]
    assert (await gateway.admin.get(f"/v1/users/{ada.id}")).status_code == 404
    assert (again.status_code, again.json()["type"]) == (409, "urn:ratchet:problem:name-taken")
    assert another.status_code == 201


async def test_the_keys_of_who_leaves_go_on_and_are_shown_unless_they_are_revoked_with_them(gateway: Gateway) -> None:
    ada = await join(gateway, role="admin")
    address = f"/v1/users/{ada.id}"
    made = [(await ada.client.post("/v1/api-keys", json={"name": name})).json() for name in ("shop", "desk")]
    await gateway.admin.post("/v1/api-keys", json={"name": "somebody else's"})
    await gateway.admin.delete(f"/v1/api-keys/{made[1]['id']}")

    too_early = await gateway.admin.patch(address, json={"revoke_keys": True})
    await gateway.admin.patch(address, json={"active": False})
    shown = (await gateway.admin.get(f"{address}/keys")).json()["items"]
    async with as_(gateway.url, made[0]["secret"]) as shop:
        before = (await shop.get("/v1/me")).status_code
        revoked = await gateway.admin.patch(address, json={"active": False, "revoke_keys": True})
        after = (await shop.get("/v1/me")).status_code

    assert [(each["name"], each["rights"]) for each in shown] == [("shop", made[0]["rights"])]
    assert (before, revoked.status_code, after) == (200, 200, 401)
    assert (too_early.status_code, too_early.json()["errors"][0]["field"]) == (422, "revoke_keys")
    valid = [
        each["name"] for each in (await gateway.admin.get("/v1/api-keys")).json()["items"] if not each["revoked_at"]
    ]
    assert sorted(valid) == ["admin", "somebody else's"]


async def test_each_key_that_is_revoked_with_somebody_is_a_line_of_the_audit_log(gateway: Gateway) -> None:
    ada = await join(gateway, role="admin")
    made = (await ada.client.post("/v1/api-keys", json={"name": "shop"})).json()

    removed = await gateway.admin.delete(f"/v1/users/{ada.id}", params={"revoke_keys": "true"})

    lines = (await gateway.admin.get("/v1/audit", params={"request_id": removed.headers["x-request-id"]})).json()[
        "items"
    ]
    assert {(each["action"], each["target"], each["outcome"]) for each in lines} == {
        ("DELETE /v1/users/{user_id}", f"/v1/users/{ada.id}", "done"),
        ("DELETE /v1/api-keys/{key_id}", f"/v1/api-keys/{made['id']}", "done"),
    }
    async with as_(gateway.url, made["secret"]) as shop:
        assert (await shop.get("/v1/me")).status_code == 401


async def test_keys_with_more_rights_than_ones_own_keep_their_owner_from_being_taken_away_with_them(
    gateway: Gateway,
) -> None:
    ada, bob = await join(gateway, role="super_admin"), await join(gateway, "Bob", role="admin")
    made = (await ada.client.post("/v1/api-keys", json={"name": "deep", "role": "super_admin"})).json()
    await gateway.admin.patch(f"/v1/users/{ada.id}", json={"role": "viewer"})

    refused = await bob.client.delete(f"/v1/users/{ada.id}", params={"revoke_keys": "true"})

    assert (refused.status_code, (await gateway.admin.get(f"/v1/users/{ada.id}")).status_code) == (403, 200)
    async with as_(gateway.url, made["secret"]) as deep:
        assert (await deep.get("/v1/me")).status_code == 200


async def test_nobody_shares_a_name_with_another_user_or_a_key(gateway: Gateway) -> None:
    await invite(gateway)
    await gateway.admin.post("/v1/api-keys", json={"name": "Shop"})

    users = [
        await gateway.admin.post("/v1/users", json={"name": name, "email": f"u{number}@example.com"})
        for number, name in enumerate(("ADA", "shop", "\uff21\uff24\uff21", "Ratchet", "admin"))
    ]
    key = await gateway.admin.post("/v1/api-keys", json={"name": "ada"})
    email = await gateway.admin.post("/v1/users", json={"name": "Eve", "email": "Ada@Example.com"})

    assert [answer.status_code for answer in users] == [409] * 5
    assert (key.status_code, email.status_code, email.json()["type"]) == (409, 409, "urn:ratchet:problem:email-taken")


async def test_two_at_once_do_not_get_the_same_name(gateway: Gateway) -> None:
    answers = await asyncio.gather(
        *(gateway.admin.post("/v1/users", json={"name": "Ada", "email": f"a{n}@example.com"}) for n in range(3)),
        *(gateway.admin.post("/v1/api-keys", json={"name": "ada"}) for _ in range(3)),
    )

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5


async def test_rubbish_is_refused_by_field(gateway: Gateway) -> None:
    wrong = (
        {"name": ""}, {"name": "\u200b"}, {"name": "A\x00"}, {"email": "nobody"}, {"email": "\u00e4@example.com"},
        {"role": "service"}, {"role": "king"}, {"password": "x"},
    )  # fmt: skip

    answers = [await gateway.admin.post("/v1/users", json={"name": "Ada", "email": ADA} | each) for each in wrong]

    assert [answer.status_code for answer in answers] == [422] * 8
    assert [answer.json()["errors"][0]["field"] for answer in answers] == [next(iter(each)) for each in wrong]


async def test_an_admin_has_no_hand_on_super_admins_and_none_on_themselves(gateway: Gateway) -> None:
    root = await invite(gateway, "Root", "super_admin")
    ada = await join(gateway, role="admin")
    body = {"name": "Eve", "email": "eve@example.com", "role": "super_admin"}

    made = await ada.client.post("/v1/users", json=body)
    reached = [
        await ada.client.patch(f"/v1/users/{root['id']}", json={"email": "eve@example.com"}),
        await ada.client.post(f"/v1/users/{root['id']}/invitation"),
        await ada.client.delete(f"/v1/users/{root['id']}"),
        await ada.client.delete(f"/v1/users/{root['id']}/sessions"),
        await ada.client.patch(f"/v1/users/{ada.id}", json={"role": "super_admin"}),
    ]
    own = [
        await ada.client.patch(f"/v1/users/{ada.id}", json={"role": "viewer"}),
        await ada.client.patch(f"/v1/users/{ada.id}", json={"active": False}),
        await ada.client.delete(f"/v1/users/{ada.id}"),
    ]

    assert [answer.status_code for answer in (made, *reached)] == [403] * 6
    assert {(answer.status_code, answer.json()["type"]) for answer in own} == {(409, "urn:ratchet:problem:own-account")}


async def test_a_key_with_few_scopes_makes_nobody_who_may_more(gateway: Gateway) -> None:
    key = {"name": "inviter", "role": "admin", "scopes": ["read", "administer"]}
    made = (await gateway.admin.post("/v1/api-keys", json=key)).json()

    async with as_(gateway.url, made["secret"]) as inviter:
        answer = await inviter.post("/v1/users", json={"name": "Eve", "email": "eve@example.com", "role": "admin"})

    assert answer.status_code == 403


async def test_people_of_another_tenant_do_not_exist(gateway: Gateway) -> None:
    await gateway.admin.post("/v1/tenants", json={"key": "globex"})
    there = await invite(gateway, headers={"X-Ratchet-Tenant": "globex"})
    ada = await join(gateway, role="admin")
    address = f"/v1/users/{there['id']}"

    answers = [
        await ada.client.get(address),
        await ada.client.patch(address, json={"active": False}),
        await ada.client.delete(address),
        await ada.client.post(f"{address}/invitation"),
        await ada.client.get(f"{address}/sessions"),
        await ada.client.delete(f"{address}/sessions"),
    ]
    listed = (await ada.client.get("/v1/users")).json()["items"]

    assert [answer.status_code for answer in answers] == [404] * 6
    assert [each["id"] for each in listed] == [ada.id]


async def test_a_plan_limits_how_many_people_there_are(gateway: Gateway) -> None:
    await gateway.admin.post("/v1/plans", json={"key": "small", "max_users": 1})
    await gateway.admin.patch("/v1/tenants/acme", json={"plan": "small"})
    await invite(gateway)

    answer = await gateway.admin.post("/v1/users", json={"name": "Bob", "email": "bob@example.com"})

    assert (answer.status_code, answer.json()["type"]) == (answer.status_code, "urn:ratchet:problem:limit-reached")


async def test_a_person_is_the_same_whichever_of_their_keys_they_use(gateway: Gateway, behind: Behind) -> None:
    persons: list[str] = []
    await hear(behind, persons)
    ada = await join(gateway, role="admin")
    key = (await ada.client.post("/v1/api-keys", json={"name": "script", "role": "manager"})).json()
    async with as_(gateway.url, key["secret"]) as script:
        for client in (ada.client, script, gateway.admin):
            await client.post("/v1/versions/v1/approve", json={})

    assert persons[0] == persons[1] == f"user:{ada.id}"
    assert persons[2] != persons[0]


async def test_examples_are_assigned_to_people_too(gateway: Gateway, behind: Behind) -> None:
    await join(gateway)
    await behind.answer(Service.FEEDBACK, {AssignExamples: lambda _: Assigned(examples=0, assignments=0, by={})})

    known = await gateway.admin.post("/v1/examples/assign", json={"task": "t", "to": ["Ada"]})
    unknown = await gateway.admin.post("/v1/examples/assign", json={"task": "t", "to": [PASSWORD]})

    assert (known.status_code, unknown.status_code) == (200, 422)


async def hear(behind: Behind, persons: list[str]) -> None:
    """Note who approves."""
    answers = Answers()

    @answers.to(ApproveVersion)
    async def approve(tx: Transaction, _: ApproveVersion) -> Version:
        persons.append(tx.cause.person)
        return version()

    await Answering(Service.REGISTRY, answers, behind.database).start(behind.connection)
