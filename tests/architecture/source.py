"""Where Ratchet's own source is found and read, for the checks of its structure."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "contracts": "libs/contracts",
    "chassis": "libs/chassis",
    "ratchet": "libs/sdk",
    "gateway": "services/gateway",
    "trainer": "services/trainer",
    "registry": "services/registry",
    "feedback": "services/feedback",
    "stack": "deploy/stack",
}
"""The import package of each member, and the member's folder."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def member_modules() -> list[Path]:
    """Give the modules of all members."""
    return [module for package, folder in PACKAGES.items() for module in python_under(ROOT / folder / package)]


def test_modules() -> list[Path]:
    """Give the modules of tests, benchmarks and documentation tools."""
    return [module for folder in ("tests", "bench", "docs") for module in python_under(ROOT / folder)]


def python_under(folder: Path) -> list[Path]:
    """Give the Python files under a folder, in order."""
    return sorted(folder.rglob("*.py"))


def kept_files() -> list[Path]:
    """Give the files that are, or would be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def pyprojects() -> list[Path]:
    """Give the pyproject.toml of each member."""
    return [ROOT / folder / "pyproject.toml" for folder in PACKAGES.values()]


def project(pyproject: Path) -> dict[str, object]:
    """Read what a member says of itself."""
    return tomllib.loads(pyproject.read_text())["project"]


def parse(module: Path) -> ast.Module:
    """Read a module's syntax tree."""
    return ast.parse(module.read_text(), str(module))


def functions(module: Path) -> Iterator[Function]:
    """Give every function and method of a module, inner ones too."""
    return (node for node in ast.walk(parse(module)) if isinstance(node, Function))


def strings(module: Path) -> Iterator[tuple[int, str]]:
    """Give line and text of every string literal that is no docstring; `{}` is what an f-string fills in."""
    tree = parse(module)
    parts = {id(part) for node in ast.walk(tree) for part in _parts(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr | ast.Constant) and id(node) not in parts:
            text = _text(node)
            if text is not None:
                yield node.lineno, text


def _parts(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.JoinedStr):
        return node.values
    return [node.value] if isinstance(node, ast.Expr) else []


def _text(node: ast.expr) -> str | None:
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or "{}" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def imported(module: Path) -> set[str]:
    """Give the full names of the modules that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(parse(module)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module or "")
    return names


def place(module: Path, line: int = 1) -> str:
    """Name a place so that an editor can open it."""
    shown = module.relative_to(ROOT) if module.is_relative_to(ROOT) else module.name
    return f"{shown}:{line}"


def words(name: str) -> list[str]:
    """Take a snake_case or CamelCase name apart into lower-case words."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]


def distribution(requirement: str) -> str:
    """Give the normalised name of the distribution that a requirement asks for."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def distributions(requirements: Iterable[str]) -> set[str]:
    """Give the normalised names of the distributions that are asked for."""
    return {distribution(requirement) for requirement in requirements}
