"""Where the requirement files are held to be pinned, hashed, in step with the members, and free of any address."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.architecture import source

LOCKS = source.ROOT / "requirements"
ALL = "develop.txt"
ENTRY = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)(?: ; [^\\#]+?)?")
ADDRESS = re.compile(r"://|^\s*-|\bfile:| @ |(?<![\w.])/\w|[\w]\.(?:org|com|io)\b", re.MULTILINE)


def entries(lock: Path) -> list[str]:
    """Give the requirements of a file, each with its hashes on one line."""
    kept = re.sub(r"^\s*#.*$", "", lock.read_text(), flags=re.MULTILINE)
    return [line.strip() for line in kept.replace("\\\n", " ").splitlines() if line.strip()]


def pins(lock: Path) -> dict[str, str]:
    """Give the version of each distribution; the one without a marker, or the last, if there are several."""
    found = [ENTRY.match(entry) for entry in entries(lock)]
    return {source.distribution(match["name"]): match["version"] for match in found if match}


def loose_entries(locks: Iterable[Path]) -> list[str]:
    return [
        f"{lock.name}: {entry[:60]}"
        for lock in locks
        for entry in entries(lock)
        if not ENTRY.fullmatch(entry.split(" --hash=")[0].strip()) or "--hash=sha256:" not in entry
    ]


def addresses(locks: Iterable[Path]) -> list[str]:
    return [
        f"{lock.name}:{number} {line.strip()}"
        for lock in locks
        for number, line in enumerate(lock.read_text().splitlines(), 1)
        if ADDRESS.search(re.sub(r"^\s+--hash=sha256:[0-9a-f]{64}( \\)?$", "", line))
    ]


def strays(lock: Path, whole: Path) -> list[str]:
    known = pins(whole)
    return [f"{lock.name}: {name} {version}" for name, version in pins(lock).items() if known.get(name) != version]


def missing(asked: Iterable[str], lock: Path) -> set[str]:
    """Give what is asked for and not in the lock, our own members aside."""
    outside = {name for name in source.distributions(asked) if not name.startswith("ratchet-")}
    return outside - set(pins(lock))


def needed_by(pyproject: Path) -> list[str]:
    return _listed(source.project(pyproject)["dependencies"])


def asked_by(pyproject: Path) -> list[str]:
    extras = source.project(pyproject).get("optional-dependencies", {})
    assert isinstance(extras, dict)
    return needed_by(pyproject) + [requirement for extra in extras.values() for requirement in _listed(extra)]


def _listed(requirements: object) -> list[str]:
    assert isinstance(requirements, list)
    return [str(requirement) for requirement in requirements]


def locks() -> list[Path]:
    return sorted(LOCKS.glob("*.txt"))


def test_every_requirement_is_pinned_and_hashed() -> None:
    assert loose_entries(locks()) == []


def test_no_requirement_file_names_an_address_or_a_path() -> None:
    assert addresses(locks()) == []


def test_what_a_service_gets_is_what_was_tested() -> None:
    parts = [lock for lock in locks() if lock.name not in {ALL, "lock.txt"}]

    assert [stray for part in parts for stray in strays(part, LOCKS / ALL)] == []


@pytest.mark.parametrize("pyproject", source.pyprojects(), ids=lambda path: path.parent.name)
def test_what_a_member_asks_for_is_locked(pyproject: Path) -> None:
    own = LOCKS / f"{pyproject.parent.name}.txt"

    assert missing(asked_by(pyproject), LOCKS / ALL) == set()
    assert missing(needed_by(pyproject), own if own.exists() else LOCKS / "run.txt") == set()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "some.txt"
    path.write_text(
        f"fast==1.0 ; sys_platform != 'win32' \\\n    --hash=sha256:{'a' * 64}\n"
        "    # via ratchet (libs/sdk/pyproject.toml)\n"
        "bare==1.0\n"
        f"loose>=1.0 --hash=sha256:{'a' * 64}\n"
    )
    return path


def test_a_requirement_without_hash_or_pin_is_found(lock: Path) -> None:
    assert loose_entries([lock]) == ["some.txt: bare==1.0", f"some.txt: loose>=1.0 --hash=sha256:{'a' * 64}"[:70]]


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https" + "://packages.invalid/simple",
        "-f /somewhere/wheels",
        "tool @ file:tool.whl",
        "    # via -r /somewhere/run.in",
        "# from packages.example.org",
    ],
)
def test_an_address_or_a_path_is_found(lock: Path, line: str) -> None:
    assert addresses([lock]) == []

    lock.write_text(lock.read_text() + line + "\n")

    assert addresses([lock]) == [f"some.txt:6 {line.strip()}"]


def test_a_version_other_than_the_tested_one_is_found(lock: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole.txt"
    whole.write_text("fast==2.0\nbare==1.0\n")

    assert strays(lock, whole) == ["some.txt: fast 1.0"]


def test_a_dependency_that_is_not_locked_is_found(lock: Path) -> None:
    assert missing(["fast[extra]>=1", "Slow_One", "ratchet-contracts"], lock) == {"slow-one"}
