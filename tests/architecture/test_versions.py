"""Where all members are kept at one version, as the changelog names it."""

import re
from collections.abc import Iterable
from pathlib import Path

from tests.architecture import source


def versions(pyprojects: Iterable[Path]) -> dict[str, str]:
    return {str(source.project(path)["name"]): str(source.project(path)["version"]) for path in pyprojects}


def pythons(pyprojects: Iterable[Path]) -> set[str]:
    return {str(source.project(path)["requires-python"]) for path in pyprojects}


def newest_in(changelog: str) -> str | None:
    found = re.search(r"^## .*?(\d+\.\d+\.\d+)", changelog, re.MULTILINE)
    return found[1] if found else None


def test_all_members_have_the_newest_version_of_the_changelog() -> None:
    newest = newest_in((source.ROOT / "CHANGELOG.md").read_text())

    assert set(versions(source.pyprojects()).values()) == {newest}


def test_all_members_ask_for_the_same_python() -> None:
    assert pythons(source.pyprojects()) == {">=3.11"}


def test_a_member_that_was_left_behind_is_seen(tmp_path: Path) -> None:
    ahead, behind = tmp_path / "ahead.toml", tmp_path / "behind.toml"
    ahead.write_text('[project]\nname = "ahead"\nversion = "0.2.0"\n')
    behind.write_text('[project]\nname = "behind"\nversion = "0.1.0"\n')

    assert versions([ahead, behind]) == {"ahead": "0.2.0", "behind": "0.1.0"}


def test_the_newest_version_stands_first_in_the_changelog() -> None:
    assert newest_in("# Changelog\n\n## [Unreleased] 0.2.0\n\n## [0.1.0]\n") == "0.2.0"
    assert newest_in("# Changelog\n") is None
