"""Where the repository is held free of paths of one machine and of addresses of package registries."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.architecture import source

FOLDERS = ("work", "root", "opt")
HOSTS = (r"pypi\.org", r"files\.pythonhosted", r"registry\.npmjs", r"download\.pytorch")
UNWANTED = re.compile(
    rf"(?<![\w.$}}~-])/(?:{'|'.join(FOLDERS)})(?:/|\b(?![-/.]))"
    rf"|(?:{'|'.join(HOSTS)})"
    r"|https?://[^ \"]+(?:/simple/|\.whl|\.tar\.gz|/-/[^ \"]+\.tgz)"
)


def unwanted(files: Iterable[Path]) -> list[str]:
    return [
        f"{source.place(file, number)} {found[0]}"
        for file in files
        for number, line in enumerate(_lines(file), 1)
        if (found := UNWANTED.search(line))
    ]


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text().splitlines()
    except (UnicodeDecodeError, FileNotFoundError):  # no text, or gone since it was listed
        return []


def test_no_file_names_a_path_of_one_machine_or_a_registry() -> None:
    assert unwanted(source.kept_files()) == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_path_of_one_machine_is_found(tmp_path: Path, folder: str) -> None:
    file = tmp_path / "notes.md"
    file.write_text(f"fine\nsee /{folder}/things\nand '/{folder}'\n")

    assert unwanted([file]) == [f"notes.md:2 /{folder}/", f"notes.md:3 /{folder}"]


def test_a_registry_is_found(tmp_path: Path) -> None:
    file = tmp_path / "notes.md"
    host = "https://packages.invalid"
    file.write_text(f"{host}/simple/numpy\n{host}/numpy.whl\n{host}/docs\n")

    assert [line.split(" ")[0] for line in unwanted([file])] == ["notes.md:1", "notes.md:2"]


def test_a_relative_path_or_an_address_with_such_a_word_is_free(tmp_path: Path) -> None:
    file = tmp_path / "notes.md"
    file.write_text("src/work/x https://ratchet.invalid/work/x $HOME/opt/x ~/opt/x /workers /v1/root-cause\n")

    assert unwanted([file]) == []
