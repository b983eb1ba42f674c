"""Where functions and modules are kept short enough to read in one look."""

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.architecture import source

FUNCTION_LINES = 25
TEST_FUNCTION_LINES = 40
PARAMETERS = 5
MODULE_LINES = 200
TEST_MODULE_LINES = 300


def long_functions(modules: Iterable[Path], limit: int) -> list[str]:
    return [
        f"{source.place(module, function.lineno)} {function.name} has {lines} lines, {limit} are allowed"
        for module in modules
        for function in source.functions(module)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > limit
    ]


def wide_functions(modules: Iterable[Path], limit: int) -> list[str]:
    return [
        f"{source.place(module, function.lineno)} {function.name} takes {len(taken)} parameters, {limit} are allowed"
        for module in modules
        for function in source.functions(module)
        if len(taken := _parameters(function.args)) > limit
    ]


def long_modules(modules: Iterable[Path], limit: int) -> list[str]:
    return [
        f"{source.place(module)} has {lines} lines, {limit} are allowed"
        for module in modules
        if (lines := len(module.read_text().splitlines())) > limit
    ]


def _parameters(arguments: ast.arguments) -> list[str]:
    named = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    bound = named[1:] if named[:1] in (["self"], ["cls"]) else named
    return bound + [argument.arg for argument in arguments.kwonlyargs]


def test_no_function_is_longer_than_one_look() -> None:
    assert long_functions(source.member_modules(), FUNCTION_LINES) == []


def test_no_function_of_the_tests_is_longer_than_one_page() -> None:
    assert long_functions(source.test_modules(), TEST_FUNCTION_LINES) == []


def test_no_function_takes_more_than_five_parameters() -> None:
    assert wide_functions(source.member_modules(), PARAMETERS) == []


def test_no_module_is_longer_than_two_hundred_lines() -> None:
    assert long_modules(source.member_modules(), MODULE_LINES) == []


def test_no_module_of_the_tests_is_longer_than_three_hundred_lines() -> None:
    assert long_modules(source.test_modules(), TEST_MODULE_LINES) == []


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    body = "\n".join(f"    line_{number} = {number}" for number in range(25))
    path = tmp_path / "sample.py"
    path.write_text(f"class Tall:\n  async def stand(self, a, b, c, /, d, *, e, f):\n{body}\n")
    return path


def test_a_function_of_26_lines_is_found(sample: Path) -> None:
    found = long_functions([sample], FUNCTION_LINES)

    assert found == ["sample.py:2 stand has 26 lines, 25 are allowed"]


def test_a_method_with_six_parameters_beside_self_is_found(sample: Path) -> None:
    found = wide_functions([sample], PARAMETERS)

    assert found == ["sample.py:2 stand takes 6 parameters, 5 are allowed"]


def test_a_module_that_is_too_long_is_found(sample: Path) -> None:
    assert long_modules([sample], 26) == ["sample.py:1 has 27 lines, 26 are allowed"]
    assert long_modules([sample], 27) == []
