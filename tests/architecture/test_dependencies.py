"""Where a member is held to declare every library that it imports."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture import source
from tests.architecture.test_requirements import asked_by

OURS = {package: [f"ratchet-{'sdk' if package == 'ratchet' else package}"] for package in source.PACKAGES}


def undeclared(modules: Iterable[Path], declared: set[str], providers: Mapping[str, Sequence[str]]) -> list[str]:
    return [
        f"{source.place(module)} imports {package}, which its member does not declare"
        for module in modules
        for package in sorted({name.split(".")[0] for name in source.imported(module)})
        if package not in sys.stdlib_module_names
        and not declared & {source.distribution(name) for name in providers.get(package, [package])}
    ]


@pytest.mark.parametrize("package", source.PACKAGES)
def test_a_member_declares_what_it_imports(package: str) -> None:
    folder = source.ROOT / source.PACKAGES[package]
    declared = source.distributions(asked_by(folder / "pyproject.toml")) | set(OURS[package])

    found = undeclared(source.python_under(folder / package), declared, {**packages_distributions(), **OURS})

    assert found == []


def test_an_import_that_is_not_declared_is_found(tmp_path: Path) -> None:
    module = tmp_path / "jobs.py"
    module.write_text("import json\nimport yaml\n\n\ndef read():\n    from numpy import linalg\n")

    found = undeclared([module], {"numpy"}, {"yaml": ["PyYAML"], "numpy": ["numpy"]})

    assert found == ["jobs.py:1 imports yaml, which its member does not declare"]
