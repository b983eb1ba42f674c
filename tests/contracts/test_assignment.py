"""Where other languages, and the page that they are written by, are held to assign units as the code does."""

import json
import re
import shutil
import struct
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from contracts import routing
from contracts.api.route import Route

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/assignment.md"
VECTORS = ROOT / "docs/examples/assignment.json"
_ROUTE = {"task": "t", "kind": "classification", "revision": 1, "phase": "p", "since": "2026-01-01T00:00:00Z"}
_LONG_S = 120

CHECK_JS = """
import { readFileSync } from "node:fs";
import { choose, point } from "./assignment.mjs";
const vectors = JSON.parse(readFileSync(process.argv[2], "utf8"));
const wrong = vectors.points.filter((each) => point(each.salt, each.unit) !== each.point);
for (const route of vectors.routes) {
  for (const each of route.units) {
    if ((choose(route, each.unit)?.version_id ?? null) !== each.version_id) wrong.push([route, each]);
  }
}
if (wrong.length) { console.error(JSON.stringify(wrong, null, 1)); process.exit(1); }
"""

CHECK_JAVA = """
class Check {
    public static void main(String[] given) throws Exception {
        var lines = java.nio.file.Files.readAllLines(java.nio.file.Path.of(given[0]));
        for (String line : lines) {
            String[] parts = line.split(" ", 4);
            String[] ends = parts[2].split(",");
            double[] weights = new double[ends.length];
            for (int arm = 0; arm < ends.length; arm++)
                weights[arm] = Double.longBitsToDouble(Long.parseUnsignedLong(ends[arm], 16));
            int chosen = Assignment.choose(text(parts[0]), weights, text(parts[1]));
            if (chosen != Integer.parseInt(parts[3])) throw new AssertionError(line + " gets " + chosen);
        }
    }

    static String text(String hex) {
        byte[] bytes = new java.math.BigInteger("01" + hex, 16).toByteArray();
        return new String(bytes, 1, bytes.length - 1, java.nio.charset.StandardCharsets.UTF_8);
    }
}
"""


def vectors() -> Any:
    return json.loads(VECTORS.read_text())


def snippet(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found, language
    return found[1]


def test_the_code_gives_what_the_vectors_say() -> None:
    told = vectors()

    wrong = [each for each in told["points"] if routing.point(each["salt"], each["unit"]) != each["point"]]
    for listed in told["routes"]:
        route = Route.model_validate(_ROUTE | listed | {"arms": _arms(listed["arms"]), "default": _arm(listed)})
        chosen = [routing.choose(route, each["unit"]) for each in listed["units"]]
        wrong += [
            (listed, each, arm)
            for each, arm in zip(listed["units"], chosen, strict=True)
            if (arm.version_id if arm else None) != each["version_id"]
        ]

    assert wrong == []


def _arms(arms: list[Any]) -> list[Any]:
    return [arm | {"label": "1.0.0", "artifact": ""} for arm in arms]


def _arm(listed: Any) -> Any:
    return next(iter(_arms([listed["default"]])), None) if listed["default"] else None


def test_a_point_is_the_nearest_double_and_not_the_one_below() -> None:
    told = vectors()["points"]

    exact = [int(each["bytes"], 16) for each in told]

    assert [each["point"] for each in told] == [number / 2**64 for number in exact]
    assert any((number >> 11) / 2**53 != each["point"] for number, each in zip(exact, told, strict=True))


def test_javascript_as_on_the_page_assigns_alike(tmp_path: Path) -> None:
    node = shutil.which("node") or pytest.skip("there is no node on this machine")
    (tmp_path / "assignment.mjs").write_text(snippet("js"))
    (tmp_path / "check.mjs").write_text(CHECK_JS)

    failed = complaint([node, tmp_path / "check.mjs", VECTORS])

    assert failed == ""


def test_java_as_on_the_page_assigns_alike(tmp_path: Path) -> None:
    javac, java = (
        shutil.which(name) or pytest.skip(f"there is no {name} on this machine") for name in ("javac", "java")
    )
    (tmp_path / "Assignment.java").write_text(snippet("java"))
    (tmp_path / "Check.java").write_text(CHECK_JAVA)
    (tmp_path / "lines").write_text("\n".join(line for route in vectors()["routes"] for line in _lines(route)))

    failed = complaint([javac, "-d", tmp_path, tmp_path / "Assignment.java", tmp_path / "Check.java"]) or complaint(
        [java, "-cp", tmp_path, "Check", tmp_path / "lines"]
    )

    assert failed == ""


def complaint(command: Sequence[str | Path]) -> str:
    """Run a program; give what it says against us, nothing if all is well."""
    ran = subprocess.run(command, capture_output=True, text=True, timeout=_LONG_S, check=False)
    return (ran.stderr or f"it ended with {ran.returncode}") if ran.returncode else ""


def _lines(listed: Any) -> Iterator[str]:
    """Write down for Java each unit of a route: salt, unit and weights in hexadecimal, and the place of its arm."""
    route = Route.model_validate(_ROUTE | listed | {"arms": _arms(listed["arms"]), "default": None})
    weights = ",".join(struct.pack(">d", arm.weight).hex() for arm in route.arms)
    for unit in (each["unit"] for each in listed["units"] if route.arms):
        if unit is None or "\ud83d" in unit:
            continue
        chosen = routing.choose(route, unit)
        place = next(place for place, arm in enumerate(route.arms) if arm is chosen)
        yield f"{_hex(route.salt)} {_hex(unit)} {weights} {place}"


def _hex(text: str) -> str:
    return text.encode().hex()
