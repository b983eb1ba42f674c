"""Where it is tried how people log in and are looked after from programs and from the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ratchet import AsyncClient, Client, access
from ratchet.cli.app import app
from ratchet.errors import LoginRefused, PasswordExpired
from tests.sdk.fake_gateway import NOW, Gateway

SECRET = "tulip anvil mothball 7"
ID = "0199a000-0000-7000-8000-000000000001"
SESSION = {
    "id": "s1", "tenant": "acme", "user_id": ID, "method": "password", "address": "192.0.2.1", "user_agent": "me",
    "created_at": NOW, "last_used_at": NOW, "expires_at": NOW, "current": False,
}  # fmt: skip
MADE = SESSION | {"name": "Ada", "role": "admin", "token": "rs_token", "csrf_token": None}


@pytest.fixture(autouse=True)
def nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RATCHET_URL", "RATCHET_API_KEY", "RATCHET_HOME", "RATCHET_PASSWORD", "RATCHET_TENANT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def user(name: str = "Ada") -> dict[str, object]:
    return {
        "id": ID, "tenant": "acme", "name": name, "email": f"{name.lower()}@example.com", "role": "manager",
        "active": True, "has_password": True, "single_sign_on": False, "must_change_password": False,
        "last_seen_at": None, "created_by": "root", "created_at": NOW, "revision": 1,
    }  # fmt: skip


def key() -> dict[str, object]:
    return {
        "id": "k1", "tenant": "acme", "name": "shop", "role": "service", "created_by": "Ada", "created_at": NOW,
        "last_used_at": None, "revoked_at": None,
    }  # fmt: skip


def invited() -> dict[str, object]:
    given = {"token": "ri_token", "url": "https://ratchet.example/join#ri_token", "expires_at": NOW}
    return user() | {"invitation": given}


def run(*words: str, read: str = "", **environment: str) -> Result:
    return CliRunner(env=environment).invoke(app, list(words), input=read)


def test_a_program_logs_in_and_goes_on_with_its_session(gateway: Gateway) -> None:
    gateway.says("POST /v1/sessions", MADE, 201)
    gateway.says("GET /v1/sessions", {"items": [SESSION], "next_cursor": None})

    with Client.log_in(gateway.url, "ada@example.com", SECRET) as client:
        found = client.sessions.list()

    assert gateway.asked[0].body == {"email": "ada@example.com", "password": SECRET, "tenant": None}
    assert gateway.asked[1].headers["Authorization"] == "Bearer rs_token"
    assert found.items[0].method == "password"


async def test_a_program_that_awaits_logs_in_too_and_is_told_when_it_may_not(gateway: Gateway) -> None:
    gateway.says("POST /v1/sessions", MADE, 201)
    gateway.refuses("POST /v1/sessions", 401, "login-refused", "Email or password is wrong.")

    async with await AsyncClient.log_in(gateway.url, "ada@example.com", SECRET) as client:
        with pytest.raises(LoginRefused, match="Email or password is wrong"):
            await client.sessions.start(email="ada@example.com", password="guess")


def test_no_password_is_shown_where_what_is_sent_is_printed(client: Client, gateway: Gateway) -> None:
    gateway.refuses("POST /v1/sessions", 403, "password-expired", "It has to be changed.")

    with pytest.raises(PasswordExpired) as refused:
        client.sessions.start(email="ada@example.com", password=SECRET)

    assert SECRET not in repr(refused.value.facts) + str(refused.value)


def test_who_logs_in_stays_so_until_they_log_out(gateway: Gateway) -> None:
    gateway.says("POST /v1/sessions", MADE, 201)
    gateway.says("DELETE /v1/sessions/current", {}, 204)

    logged = run("login", "--url", gateway.url, "--email", "ada@example.com", read=f"{SECRET}\n")
    kept = access.find()
    left = run("logout")

    assert (logged.exit_code, left.exit_code) == (0, 0)
    assert "You are Ada, admin of acme." in " ".join(logged.stdout.split())
    assert SECRET not in logged.stdout + logged.stderr
    assert (kept.url, kept.api_key) == (gateway.url, "rs_token")
    assert gateway.asked[1].headers["Authorization"] == "Bearer rs_token"
    assert not Path(kept.source).exists()


def test_a_session_that_has_ended_can_be_left_too(gateway: Gateway) -> None:
    access.keep(gateway.url, "rs_old")
    gateway.refuses("DELETE /v1/sessions/current", 401, "not-authenticated", "This session has ended.")

    assert (run("logout").exit_code, run("logout").exit_code) == (0, 1)


def test_a_login_that_is_refused_keeps_nothing(gateway: Gateway) -> None:
    gateway.refuses("POST /v1/sessions", 401, "login-refused", "Email or password is wrong.")

    result = run("login", "--url", gateway.url, "--email", "ada@example.com", RATCHET_PASSWORD="guess")

    assert (result.exit_code, "Email or password is wrong." in result.stderr) == (1, True)
    with pytest.raises(access.NotAuthenticated):
        access.find()


def test_a_password_can_be_changed_while_logging_in(gateway: Gateway) -> None:
    gateway.says("POST /v1/sessions", MADE, 201)
    words = ("--tenant", "globex", "login", "--url", gateway.url, "--email", "ada@example.com", "--new-password")

    result = run(*words, "--json", read="kettle\nkettle\n", RATCHET_PASSWORD=SECRET)

    assert result.exit_code == 0
    assert gateway.asked[0].body | {"email": ""} == {
        "email": "", "password": SECRET, "new_password": "kettle", "tenant": "globex",
    }  # fmt: skip
    assert '"token": null' in result.stdout


def test_who_was_invited_joins_with_the_link(gateway: Gateway) -> None:
    gateway.says("POST /v1/invitations/accept", MADE, 201)

    result = run("join", f"{gateway.url}/join#ri_token", RATCHET_PASSWORD=SECRET)

    assert result.exit_code == 0
    assert gateway.asked[0].body == {"token": "ri_token", "password": SECRET}
    assert access.find().api_key == "rs_token"


def test_a_token_alone_does_not_say_where_the_gateway_is() -> None:
    result = run("join", "ri_token", RATCHET_PASSWORD=SECRET)

    assert (result.exit_code, "ratchet join TOKEN --url" in result.stderr) == (1, True)


def known(gateway: Gateway) -> dict[str, str]:
    return {"RATCHET_URL": gateway.url, "RATCHET_API_KEY": "rk_test"}


def test_an_invitation_is_shown_with_the_command_that_uses_it(gateway: Gateway) -> None:
    gateway.says("POST /v1/users", invited(), 201)

    shown = run("user", "invite", "Ada", "ada@example.com", "--role", "manager", **known(gateway))
    told = run("user", "invite", "Ada", "ada@example.com", "--json", **known(gateway))

    assert "opens in a browser too. To use it: ratchet join https://ratchet.example/join#ri_token" in shown.stderr
    assert json.loads(told.stdout)["invitation"]["token"] == "ri_token"


@pytest.mark.parametrize("name", ["Ada", "ADA", "ada@example.com", ID])
def test_people_are_found_by_name_email_or_id(gateway: Gateway, name: str) -> None:
    gateway.says(f"GET /v1/users/{ID}", user())
    gateway.says("GET /v1/users", {"items": [user("Bob") | {"id": "other"}, user()], "next_cursor": None})
    gateway.says(f"GET /v1/users/{ID}/keys", {"items": [], "next_cursor": None})
    gateway.says(f"PATCH /v1/users/{ID}", user() | {"active": False})

    result = run("user", "deactivate", name, **known(gateway))

    assert (result.exit_code, gateway.asked[-1].body) == (0, {"active": False})


@pytest.mark.parametrize(
    ("words", "query", "told"),
    [([], {}, "Keys of Ada go on"), (["--revoke-keys"], {"revoke_keys": ["true"]}, "Revoked with it: shop")],
)
def test_it_is_told_which_keys_go_on_when_somebody_leaves(
    gateway: Gateway, words: list[str], query: dict[str, list[str]], told: str
) -> None:
    gateway.says(f"GET /v1/users/{ID}", user())
    gateway.says(f"GET /v1/users/{ID}/keys", {"items": [key()], "next_cursor": None})
    gateway.says(f"DELETE /v1/users/{ID}", None, 204)
    gateway.says(f"PATCH /v1/users/{ID}", user() | {"active": False})

    removed = run("user", "remove", ID, *words, **known(gateway))
    asked = gateway.asked[-1]
    deactivated = run("user", "deactivate", ID, *words, **known(gateway))

    assert (removed.exit_code, asked.query) == (0, query)
    assert gateway.asked[-1].body == {"active": False} | ({"revoke_keys": True} if words else {})
    assert (told in removed.stderr, told in deactivated.stderr) == (True, True)


def test_a_key_is_found_by_its_name_as_long_as_it_is_valid(gateway: Gateway) -> None:
    revoked = key() | {"id": "k0", "name": "old", "revoked_at": NOW}
    gateway.says("GET /v1/api-keys", {"items": [revoked, key()], "next_cursor": None})
    gateway.says("GET /v1/api-keys/k1", key())

    shown = run("key", "show", "Shop", **known(gateway))
    old = run("key", "show", "old", **known(gateway))

    assert (shown.exit_code, gateway.asked[1].path) == (0, "/v1/api-keys/k1")
    assert (old.exit_code, "There is no valid API key 'old'; see: ratchet key list." in old.stderr) == (1, True)


def test_nobody_is_mistaken_for_somebody_else(gateway: Gateway) -> None:
    gateway.says("GET /v1/users", {"items": [user()], "next_cursor": None})

    result = run("user", "remove", "ad", **known(gateway))

    assert (result.exit_code, "Nobody here is called 'ad'" in result.stderr) == (1, True)
