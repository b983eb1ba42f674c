"""Where names that say nothing are refused."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.architecture import source

SAY_NOTHING = frozenset(
    ["manager", "helper", "util", "common", "base", "data", "info", "process", "do", "my", "service"]
)
PLURALS = frozenset({"managers", "helpers", "utils"})
BEGINNINGS = frozenset({"do", "my"})
EMPTY_VARIABLES = frozenset({"data", "info", "helper", "manager", "util", "my"}) | PLURALS
THE_THING_ITSELF = frozenset({"service", "Service", "process", "Process", "DomainError"})
"""A service and an operating system's process are things that Ratchet has; DomainError is what all refusals are."""

NAMED_FOR_US = ("test_", "do_GET", "do_POST")
"""A test's name is a sentence, which may end as it likes; Python's HTTP server names its own methods."""


def empty_names(modules: Iterable[Path]) -> list[str]:
    return [
        f"{source.place(module, line)} {name} says nothing"
        for module in modules
        for line, name in _definitions(module)
        if name.strip("_") not in THE_THING_ITSELF and _is_empty(source.words(name))
    ]


def empty_variables(modules: Iterable[Path]) -> list[str]:
    return [
        f"{source.place(module, line)} {name} says nothing"
        for module in modules
        for line, name in _variables(module)
        if name.lstrip("_") in EMPTY_VARIABLES
    ]


def error_suffixes(modules: Iterable[Path]) -> list[str]:
    return [
        f"{source.place(module, node.lineno)} {node.name} should say what is wrong, without a suffix"
        for module in modules
        for node in ast.walk(source.parse(module))
        if isinstance(node, ast.ClassDef)
        and node.name.endswith(("Error", "Exception"))
        and node.name not in THE_THING_ITSELF
    ]


def silent_modules(modules: Iterable[Path]) -> list[str]:
    return [
        f"{source.place(module)} should begin with one line that completes: this is where …"
        for module in modules
        if not _says_where((ast.get_docstring(source.parse(module)) or "").split("\n")[0])
    ]


def _definitions(module: Path) -> Iterator[tuple[int, str]]:
    yield 1, module.parent.name if module.stem == "__init__" else module.stem.removeprefix("test_")
    for node in ast.walk(source.parse(module)):
        if isinstance(node, ast.ClassDef | source.Function) and not node.name.startswith(NAMED_FOR_US):
            yield node.lineno, node.name


def _is_empty(words: list[str]) -> bool:
    return bool(words) and (words[-1] in SAY_NOTHING | PLURALS or words[0] in BEGINNINGS)


def _variables(module: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(source.parse(module)):
        if isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id


def _says_where(line: str) -> bool:
    return line.startswith("Where ") and line.endswith((".", "!"))


def test_every_definition_has_a_name_that_says_something() -> None:
    assert empty_names(source.member_modules() + source.test_modules()) == []


def test_every_variable_has_a_name_that_says_something() -> None:
    assert empty_variables(source.member_modules()) == []


def test_errors_say_what_is_wrong_without_a_suffix() -> None:
    assert error_suffixes(source.member_modules()) == []


def test_every_module_says_what_is_where() -> None:
    assert silent_modules(source.member_modules() + source.test_modules()) == []


@pytest.mark.parametrize(
    "definition", ["class JobManager: ...", "def text_util(): ...", "async def do_it(): ...", "class TaskService: ..."]
)
def test_an_empty_name_is_found(tmp_path: Path, definition: str) -> None:
    module = tmp_path / "jobs.py"
    module.write_text(definition)

    assert len(empty_names([module])) == 1


@pytest.mark.parametrize("name", ["helpers.py", "utils.py", "common.py", "job_data.py"])
def test_an_empty_module_name_is_found(tmp_path: Path, name: str) -> None:
    module = tmp_path / name
    module.write_text("")

    assert len(empty_names([module])) == 1


def test_names_that_only_contain_such_words_are_free(tmp_path: Path) -> None:
    module = tmp_path / "database.py"
    module.write_text("class Metadata: ...\nclass Service: ...\ndef start_processes(): ...\ndef document(): ...\n")

    assert empty_names([module]) == []


@pytest.mark.parametrize("line", ["data = 1", "def count(info): ...", "for helper in (): ..."])
def test_an_empty_variable_is_found(tmp_path: Path, line: str) -> None:
    module = tmp_path / "jobs.py"
    module.write_text(line)

    assert len(empty_variables([module])) == 1


def test_an_error_suffix_is_found(tmp_path: Path) -> None:
    module = tmp_path / "errors.py"
    module.write_text("class UnknownTask(Exception): ...\nclass TaskError(Exception): ...\n")

    assert len(error_suffixes([module])) == 1


@pytest.mark.parametrize("docstring", ["", '"""Jobs."""', '"""Where jobs are queued, claimed\nand settled."""'])
def test_a_module_that_does_not_say_what_is_where_is_found(tmp_path: Path, docstring: str) -> None:
    module = tmp_path / "jobs.py"
    module.write_text(docstring)

    assert len(silent_modules([module])) == 1
