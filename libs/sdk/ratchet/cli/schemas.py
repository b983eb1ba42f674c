"""Where the JSON Schema of a parameter is written in words: what may be chosen."""

from typing import Any

_BOUNDS = (("minimum", "≥ "), ("exclusiveMinimum", "> "), ("maximum", "≤ "), ("exclusiveMaximum", "< "))


def allowed(field: dict[str, Any], schema: dict[str, Any]) -> str:
    """Say what a field of a schema may hold: its choices, or its type and bounds; of an object, all its members."""
    branches = [each for each in field.get("anyOf", [field]) if each.get("type") != "null"]
    return " or ".join(_branch(each, schema) for each in branches)


def _branch(branch: dict[str, Any], schema: dict[str, Any]) -> str:
    if "$ref" in branch:
        members = schema["$defs"][branch["$ref"].rpartition("/")[2]].get("properties", {})
        return "{" + "; ".join(f"{name}: {allowed(each, schema)}" for name, each in members.items()) + "}"
    if "enum" in branch:
        return ", ".join(map(str, branch["enum"]))
    bounds = [f"{sign}{branch[key]:,}" for key, sign in _BOUNDS if key in branch]
    return f"{branch.get('type') or branch.get('const', '')} {', '.join(bounds)}".strip()
