"""Where it is held fast in which order a gateway is looked for."""

import json
import os
from pathlib import Path
from typing import IO

import pytest

from ratchet import access
from ratchet.errors import NotAuthenticated


@pytest.fixture(autouse=True)
def nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RATCHET_URL", "RATCHET_API_KEY", "RATCHET_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)


def start_locally(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "local.json").write_text(json.dumps({"gateway_url": "http://local", "admin_api_key": "rk_local"}))


def test_without_anything_it_is_said_what_to_do() -> None:
    with pytest.raises(NotAuthenticated, match="ratchet up"):
        access.find()


def test_the_local_system_is_found_from_a_folder_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start_locally(tmp_path / ".ratchet")
    (tmp_path / "deep" / "below").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep" / "below")

    assert access.find().url == "http://local"


def test_the_local_system_is_found_where_ratchet_home_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start_locally(tmp_path / "elsewhere")
    monkeypatch.setenv("RATCHET_HOME", str(tmp_path / "elsewhere"))

    assert access.find().api_key == "rk_local"


def test_a_login_comes_before_the_local_system_but_not_for_the_demo(tmp_path: Path) -> None:
    start_locally(tmp_path / ".ratchet")
    access.keep("http://far", 'rk_"quoted"')

    assert access.find().url == "http://far"
    assert access.find().api_key == 'rk_"quoted"'
    assert access.find(prefer_local=True).url == "http://local"


def test_the_environment_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start_locally(tmp_path / ".ratchet")
    monkeypatch.setenv("RATCHET_URL", "http://named")
    monkeypatch.setenv("RATCHET_API_KEY", "rk_named")

    assert access.find(prefer_local=True).url == "http://named"


def test_a_login_can_be_read_by_its_owner_alone() -> None:
    access.keep("http://far", "rk_first")

    kept = access.keep("http://far", "rk_second")

    assert kept.stat().st_mode & 0o777 == 0o600
    assert access.find().api_key == "rk_second"


def test_a_login_that_is_noted_again_is_there_all_the_while(monkeypatch: pytest.MonkeyPatch) -> None:
    access.keep("http://far", "rk_one")
    found: list[str] = []
    fdopen = os.fdopen

    def look_and_open(opened: int, mode: str) -> IO[str]:
        found.append(access.find().api_key)
        return fdopen(opened, mode)

    monkeypatch.setattr("ratchet.access.os.fdopen", look_and_open)
    access.keep("http://far", "rk_two")

    assert (*found, access.find().api_key) == ("rk_one", "rk_two")
