"""Where a kind from another package is shown to be installed, found and tried, as docs/extending.md says."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.trainer.installing_example import EXAMPLE, install_example
from trainer.trainers import installed

PAGE = EXAMPLE.parents[1] / "extending.md"
FOUND = """
from trainer.executors import sheets
for sheet in sheets.kinds().items:
    print(sheet.name, *sheet.parameters["properties"], sheet.tables[0].template.splitlines()[0])
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    return install_example(tmp_path_factory.mktemp("site"))


def run(path: str, *command: str) -> str:
    environment = os.environ | {"PYTHONPATH": path}
    ran = subprocess.run(
        [sys.executable, *command], check=False, capture_output=True, text=True, env=environment, cwd=EXAMPLE
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_an_installed_kind_stands_beside_ours_with_its_form_and_template(path: str) -> None:
    found = run(path, "-c", FOUND).splitlines()

    assert "keywords words min_rows seed text,label" in found
    assert any(line.startswith("classification ") for line in found)


def test_the_tests_that_come_with_the_example_pass_where_it_is_installed(path: str, tmp_path: Path) -> None:
    copied = tmp_path / "test_keywords.py"
    copied.write_text((EXAMPLE / "test_keywords.py").read_text())

    said = run(path, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", str(copied))

    assert re.search(r"\d+ passed", said)


def test_the_page_shows_code_of_the_example_as_it_is() -> None:
    sources = [file.read_text() for file in (*EXAMPLE.rglob("*.py"), EXAMPLE / "pyproject.toml")]
    shown = re.findall(r"```(?:python|toml)\n(.*?)```", PAGE.read_text(), re.DOTALL)

    assert shown
    assert [code for code in shown if not any(code in source for source in sources)] == []


def test_the_example_names_the_group_in_which_the_trainer_looks() -> None:
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]

    assert list(project["entry-points"]) == [installed.GROUP]
