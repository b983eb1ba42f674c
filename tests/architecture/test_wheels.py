"""Where wheels are held to contain all that a package needs while it runs: SQL, schemas, pages, type markers."""

from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from tests.architecture import source


def packed(member: Path) -> set[str]:
    """Give the files that the member's wheel would contain, as they are called in it."""
    return {file.distribution_path for file in WheelBuilder(str(member)).recurse_included_files()}


def left_out(member: Path, package: str, kept: list[Path]) -> set[str]:
    needed = {str(file.relative_to(member)) for file in kept if file.is_relative_to(member / package)}
    return needed - packed(member)


@pytest.mark.parametrize("package", source.PACKAGES)
def test_a_wheel_contains_everything_in_its_package(package: str) -> None:
    member = source.ROOT / source.PACKAGES[package]

    assert left_out(member, package, source.kept_files()) == set()


@pytest.mark.parametrize("package", ["contracts", "chassis", "ratchet"])
def test_a_library_says_that_it_is_typed(package: str) -> None:
    assert f"{package}/py.typed" in packed(source.ROOT / source.PACKAGES[package])


def test_a_file_that_is_left_out_is_found(tmp_path: Path) -> None:
    (tmp_path / "jobs").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "jobs"\nversion = "1"\n'
        '[tool.hatch.build.targets.wheel]\npackages = ["jobs"]\nexclude = ["*.sql"]\n'
    )
    code, statements = tmp_path / "jobs" / "__init__.py", tmp_path / "jobs" / "0001.sql"
    for file in (code, statements):
        file.write_text("")

    assert left_out(tmp_path, "jobs", [code, statements, tmp_path / "pyproject.toml"]) == {"jobs/0001.sql"}
