"""Where faults may be caught whatever they are: at the chassis edges, each of which says so, and nowhere else."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.architecture import source

ANYTHING = frozenset({"Exception", "BaseException"})
EDGE = "the edge: "


def broad_catches(modules: Iterable[Path]) -> list[str]:
    return [
        f"{source.place(module, line)} catches whatever comes"
        for module in modules
        for line in _broad_lines(module)
        if not (_is_chassis(module) and EDGE in module.read_text().splitlines()[line - 1])
    ]


def _is_chassis(module: Path) -> bool:
    return "chassis" in module.parts


def _broad_lines(module: Path) -> Iterator[int]:
    for node in ast.walk(source.parse(module)):
        if isinstance(node, ast.ExceptHandler) and _is_broad(node) and not _raises_again(node):
            yield node.lineno
        if isinstance(node, ast.Call) and "suppress" in ast.unparse(node.func) and _names(node.args) & ANYTHING:
            yield node.lineno


def _is_broad(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return bool(_names(caught) & ANYTHING)


def _names(nodes: Iterable[ast.expr]) -> set[str]:
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_only_the_chassis_edges_catch_whatever_comes() -> None:
    assert broad_catches(source.member_modules()) == []


@pytest.mark.parametrize("clause", ["except Exception:", "except:", "except (ValueError, BaseException) as fault:"])
def test_a_broad_catch_is_found(tmp_path: Path, clause: str) -> None:
    module = tmp_path / "jobs.py"
    module.write_text(f"try:\n    1\n{clause}\n    2\n")

    assert broad_catches([module]) == ["jobs.py:3 catches whatever comes"]


def test_a_broad_suppression_is_found(tmp_path: Path) -> None:
    module = tmp_path / "jobs.py"
    module.write_text("with contextlib.suppress(Exception):\n    1\n")

    assert broad_catches([module]) == ["jobs.py:1 catches whatever comes"]


def test_a_narrow_catch_and_one_that_raises_again_are_free(tmp_path: Path) -> None:
    module = tmp_path / "jobs.py"
    module.write_text("try:\n    1\nexcept ValueError:\n    2\nexcept BaseException:\n    3\n    raise\n")

    assert broad_catches([module]) == []


def test_a_catch_in_the_chassis_has_to_say_that_it_is_an_edge(tmp_path: Path) -> None:
    (tmp_path / "chassis").mkdir()
    module = tmp_path / "chassis" / "outbox.py"
    module.write_text(f"try:\n    1\nexcept Exception:  # {EDGE}why\n    2\ntry:\n    3\nexcept Exception:\n    4\n")

    assert broad_catches([module]) == ["outbox.py:7 catches whatever comes"]
