"""Where entry points are held to name something that is there."""

import ast
from pathlib import Path

import pytest

from tests.architecture import source


def targets(pyproject: Path) -> list[str]:
    """Give what a member's scripts and entry points name, each as `module:name`."""
    project = source.project(pyproject)
    groups = [project.get("scripts", {}), *_groups(project.get("entry-points", {}))]
    return [str(target) for group in groups if isinstance(group, dict) for target in group.values()]


def _groups(entry_points: object) -> list[object]:
    return list(entry_points.values()) if isinstance(entry_points, dict) else []


def dangling(found: list[str], folder: Path) -> list[str]:
    return [target for target in found if not _is_there(folder, *target.split(":"))]


def _is_there(folder: Path, module: str, name: str) -> bool:
    path = folder.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return file.exists() and name in _defined(source.parse(file))


def _defined(tree: ast.Module) -> set[str]:
    names = {node.name for node in tree.body if isinstance(node, ast.ClassDef | source.Function)}
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.ImportFrom):
            names.update(child.id for child in ast.walk(node) if isinstance(child, ast.Name))
            names.update(alias.asname or alias.name for alias in getattr(node, "names", ()))
    return names


@pytest.mark.parametrize("pyproject", source.pyprojects(), ids=lambda path: path.parent.name)
def test_every_entry_point_names_something_that_is_there(pyproject: Path) -> None:
    assert dangling(targets(pyproject), pyproject.parent) == []


def test_an_entry_point_to_nothing_is_found(tmp_path: Path) -> None:
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "__init__.py").write_text("from jobs.claims import claim\n")
    (tmp_path / "jobs" / "claims.py").write_text("kind: int = 1\n\n\ndef claim(): ...\n")

    found = dangling(["jobs:claim", "jobs.claims:kind", "jobs.claims:lost", "jobs.gone:claim"], tmp_path)

    assert found == ["jobs.claims:lost", "jobs.gone:claim"]
