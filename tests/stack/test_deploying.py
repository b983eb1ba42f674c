"""Where it is tried what `ratchet deploy` writes, keeps and rotates."""

import base64
import json
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from chassis import nkey
from contracts.topology import SERVICES
from stack.deploying import store
from stack.deploying.commands import app
from tests.stack import manifests


def deploy(folder: Path, *more: str) -> Result:
    return CliRunner().invoke(app, ["secrets", str(folder), *more])


def rotate(folder: Path, *services: str) -> Result:
    return CliRunner().invoke(app, ["rotate", str(folder), *services])


def environment(folder: Path, service: str) -> dict[str, str]:
    lines = (folder / f"{service}.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


def seeds(folder: Path) -> dict[str, str]:
    return dict(json.loads((folder / "keys.json").read_text())["keys"]["seeds"])


def test_each_service_gets_an_environment_of_known_settings(tmp_path: Path) -> None:
    deploy(tmp_path)

    known = (manifests.ROOT / "docs" / "settings.md").read_text()
    for service in SERVICES:
        assert [name for name in environment(tmp_path, service) if f"`{name}`" not in known] == []


def test_only_the_owner_reads_what_is_written(tmp_path: Path) -> None:
    deploy(tmp_path / "secrets")

    written = list((tmp_path / "secrets").iterdir())
    assert len(written) == 8
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_programs_are_told_in_json_what_was_written_and_no_secret(tmp_path: Path) -> None:
    result = deploy(tmp_path, "--json")

    told = json.loads(result.stdout)
    assert {Path(each).name for each in told.pop("files")} == {path.name for path in tmp_path.iterdir()}
    assert told == {}


def test_nothing_that_is_there_is_made_anew(tmp_path: Path) -> None:
    deploy(tmp_path)
    before = {service: environment(tmp_path, service) for service in SERVICES}

    deploy(tmp_path)

    assert {service: environment(tmp_path, service) for service in SERVICES} == before


def test_a_rotation_changes_one_service_alone(tmp_path: Path) -> None:
    deploy(tmp_path)
    before = {service: environment(tmp_path, service) for service in SERVICES}

    rotate(tmp_path, "trainer")

    after = {service: environment(tmp_path, service) for service in SERVICES}
    assert [service for service in SERVICES if after[service] != before[service]] == ["trainer"]
    assert after["trainer"]["RATCHET_DATABASE_URL"] != before["trainer"]["RATCHET_DATABASE_URL"]
    assert after["trainer"]["RATCHET_NATS_SEED"] != before["trainer"]["RATCHET_NATS_SEED"]


def test_what_would_lock_people_out_is_not_rotated(tmp_path: Path) -> None:
    deploy(tmp_path)
    before = environment(tmp_path, "gateway")

    rotate(tmp_path, "gateway")

    after = environment(tmp_path, "gateway")
    same = {name for name in before if after[name] == before[name]}
    assert {"RATCHET_SECRET_KEY", "RATCHET_BOOTSTRAP_ADMIN_KEY"} <= same
    assert "RATCHET_NATS_SYSTEM_SEED" not in same


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--postgres", "db.example.com", "postgresql://"),
        ("--nats-servers", "2", "1, 3 or 5"),
    ],
)
def test_nonsense_is_refused_before_anything_is_written(tmp_path: Path, option: str, value: str, said: str) -> None:
    result = deploy(tmp_path / "secrets", option, value)

    assert result.exit_code == 2
    assert said in result.output
    assert not (tmp_path / "secrets").exists()


def test_only_a_service_that_there_is_gets_new_secrets_and_only_where_there_are_some(tmp_path: Path) -> None:
    deploy(tmp_path / "secrets")
    before = seeds(tmp_path / "secrets")

    refused = [rotate(tmp_path / "secrets", "trainer", "nobody"), rotate(tmp_path / "other", "trainer")]

    assert [result.exit_code for result in refused] == [2, 2]
    assert ["nobody" in refused[0].output, "There are no secrets" in refused[1].output] == [True, True]
    assert (seeds(tmp_path / "secrets"), (tmp_path / "other").exists()) == (before, False)


def test_addresses_are_remembered_also_where_one_service_has_its_own(tmp_path: Path) -> None:
    deploy(tmp_path, "--postgres", "postgresql://all:5432/ratchet", "--postgres", "feedback=postgresql://big/ratchet")

    rotate(tmp_path, "feedback")

    addresses = {service: environment(tmp_path, service)["RATCHET_DATABASE_URL"] for service in SERVICES}
    assert addresses["feedback"].startswith("postgresql://feedback:")
    assert addresses["feedback"].endswith("@big/ratchet")
    assert addresses["gateway"].endswith("@all:5432/ratchet")


def test_nats_knows_public_keys_and_no_password(tmp_path: Path) -> None:
    deploy(tmp_path)

    written = (tmp_path / "nats.conf").read_text()
    assert all(nkey.public_key(seed) in written for seed in seeds(tmp_path).values())
    assert not any(seed in written for seed in seeds(tmp_path).values())
    assert '"password"' not in written
    assert "server_name: $NATS_NAME" in written
    assert "include applications/applications.conf" in written


def test_three_servers_know_one_another_by_the_names_of_the_manifests(tmp_path: Path) -> None:
    deploy(tmp_path, "--nats-servers", "3")

    written = (tmp_path / "nats.conf").read_text()
    peers = manifests.named("StatefulSet")["nats"]["spec"]
    assert all(f"@nats-{number}.{peers['serviceName']}:6222" in written for number in range(peers["replicas"]))
    assert environment(tmp_path, "registry")["RATCHET_STREAM_REPLICAS"] == str(peers["replicas"])


def test_a_verifier_is_that_of_the_standard() -> None:
    salt = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")

    made = store.verifier("pencil", salt)

    keys = "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
    assert made == f"SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==${keys}"


def test_no_password_stands_in_the_sql(tmp_path: Path) -> None:
    deploy(tmp_path)

    sql = (tmp_path / "postgres.sql").read_text()
    passwords = json.loads((tmp_path / "keys.json").read_text())["keys"]["passwords"].values()
    assert not any(password in sql for password in passwords)
    assert "SUPERUSER" not in sql
