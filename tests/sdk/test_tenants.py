"""Where keys, tenants and plans are looked after from Python and from the command line."""

import json

import pytest

from ratchet import Client
from ratchet.errors import InvalidInput, LimitReached, NotInPlan
from tests.sdk.fake_gateway import NOW, Gateway
from tests.sdk.test_cli import run

KEY = "01a20109-c27e-7137-ad48-fc3036d023ed"


def key(**others: object) -> dict[str, object]:
    return {
        "id": KEY, "tenant": "acme", "name": "shop", "role": "service", "scopes": ["log"], "rights": ["log"],
        "created_by": "ada", "created_at": NOW, "expires_at": None, "last_used_at": None, "rotated_at": None,
        "previous_until": None, "revoked_at": None, "revision": 1,
    } | others  # fmt: skip


def tenant(**others: object) -> dict[str, object]:
    return {
        "key": "globex", "name": "Globex", "plan": "standard", "active": True, "deactivated_at": None, "revision": 1,
        "created_at": NOW,
    } | others  # fmt: skip


def plan(**others: object) -> dict[str, object]:
    limits = {"ai_training_enabled": True, "max_tasks": None, "max_users": None, "max_keys": 5, "requests_per_s": None}
    named = {"key": "small", "name": "Small", "tenants": 0, "revision": 1, "created_at": NOW, "created_by": "ada"}
    return limits | named | others


def test_a_key_is_made_with_scopes_and_days_and_its_secret_is_shown_once(gateway: Gateway) -> None:
    gateway.says("POST /v1/api-keys", key(secret="rk_x"), 201)

    result = run(gateway, "key", "create", "shop", "--scope", "log", "--scope", "resolve", "--days", "30")

    sent = gateway.asked[0].body
    assert (result.exit_code, sent["scopes"], sent["role"]) == (0, ["log", "resolve"], "service")
    assert sent["expires_at"] > "2026"
    assert ("rk_x" in result.stdout, "not shown again" in result.stderr) == (True, True)


def test_only_what_is_named_of_a_key_is_changed_and_null_takes_a_limit_away(gateway: Gateway) -> None:
    gateway.says(f"PATCH /v1/api-keys/{KEY}", key())

    run(gateway, "key", "change", KEY, "scopes=log,resolve", "expires_at=null", "--revision", "3")

    assert gateway.asked[0].body == {"scopes": ["log", "resolve"], "expires_at": None}
    assert gateway.asked[0].headers["If-Match"] == '"3"'


def test_a_right_that_does_not_exist_is_refused_before_it_is_sent(gateway: Gateway) -> None:
    result = run(gateway, "key", "change", KEY, "scopes=fly")

    assert (result.exit_code, gateway.asked) == (1, [])
    assert "scopes.0" in result.stderr


def test_a_key_gets_another_secret_and_the_old_one_its_minutes(gateway: Gateway) -> None:
    gateway.says(f"POST /v1/api-keys/{KEY}/rotate", key(secret="rk_y", previous_until=NOW))

    result = run(gateway, "key", "rotate", KEY, "--grace", "0", "--json")

    assert gateway.asked[0].body == {"grace_minutes": 0}
    assert json.loads(result.stdout)["secret"] == "rk_y"


def test_a_super_admin_works_in_the_tenant_that_is_named(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway.says("GET /v1/api-keys", {"items": [key()], "next_cursor": None})

    run(gateway, "--tenant", "globex", "key", "list")
    run(gateway, "key", "list")
    Client(gateway.url, "rk_test", tenant="umbrella").api_keys.list()
    monkeypatch.setenv("RATCHET_TENANT", "initech")
    Client(gateway.url, "rk_test").api_keys.list()

    picked = [asked.headers.get("X-Ratchet-Tenant") for asked in gateway.asked]
    assert picked == ["globex", None, "umbrella", "initech"]


def test_tenants_are_made_switched_off_and_on_again(gateway: Gateway) -> None:
    gateway.says("POST /v1/tenants", tenant(plan="small"), 201)
    gateway.says("DELETE /v1/tenants/globex", None, 204)
    gateway.says("GET /v1/tenants/globex", tenant(active=False, deactivated_at=NOW))
    gateway.says("PATCH /v1/tenants/globex", tenant())

    made = run(gateway, "tenant", "create", "globex", "--plan", "small")
    off = run(gateway, "tenant", "deactivate", "globex", "--json")
    on = run(gateway, "tenant", "reactivate", "globex")

    assert [each.exit_code for each in (made, off, on)] == [0, 0, 0]
    assert gateway.asked[0].body == {"key": "globex", "name": "", "plan": "small"}
    assert (json.loads(off.stdout)["active"], gateway.asked[-1].body) == (False, {"active": True})


def test_what_a_tenant_has_is_shown_beside_what_its_plan_allows(gateway: Gateway) -> None:
    limits = {name: plan()[name] for name in ("ai_training_enabled", "max_tasks", "max_users", "max_keys")}
    usage = {"tenant": "globex", "plan": "small", "entitlements": limits, "keys": 3, "users": 1}
    gateway.says("GET /v1/tenants/globex/usage", usage)

    result = run(gateway, "tenant", "usage", "globex")

    assert (result.exit_code, "no limit" in result.stdout, "max keys" in result.stdout) == (0, True, True)


def test_plans_are_made_and_changed_by_their_fields(gateway: Gateway) -> None:
    gateway.says("POST /v1/plans", plan(), 201)
    gateway.says("PATCH /v1/plans/small", plan())
    gateway.says("GET /v1/plans", {"items": [plan()], "next_cursor": None})

    run(gateway, "plan", "create", "small", "max_keys=5", "ai_training_enabled=false")
    run(gateway, "plan", "change", "small", "max_keys=null")
    listed = run(gateway, "plan", "list")

    assert gateway.asked[0].body == {"max_keys": 5, "ai_training_enabled": False, "key": "small"}
    assert (gateway.asked[1].body, "small" in listed.stdout) == ({"max_keys": None}, True)


def test_what_a_plan_does_not_allow_is_an_exception_of_its_own(gateway: Gateway) -> None:
    gateway.refuses("POST /v1/api-keys", 409, "limit-reached", "5 keys at most.", limit=5)
    gateway.refuses("POST /v1/training/jobs", 403, "not-in-plan", "No training.")
    client = Client(gateway.url, "rk_test")

    with pytest.raises(LimitReached) as full:
        client.api_keys.create(name="one more")
    with pytest.raises(NotInPlan):
        client.training.start(task="t")
    with pytest.raises(InvalidInput):
        client.plans.change("small", max_keys=-1)

    assert full.value.facts["limit"] == 5
