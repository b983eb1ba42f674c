"""Where the page of kinds is written from the kinds themselves: their tables, parameters and answers."""

from collections.abc import Iterable
from typing import Any

from contracts.api.kind import KindSheet, KindTable
from ratchet.cli.schemas import allowed
from trainer.executors import sheets
from trainer.trainers import installed

_PAGE = """# Kinds of training

Written by `make docs` from the kinds themselves; `ratchet train kinds NAME` shows the same, with whatever other
packages have installed besides ([how to add one](extending.md)), and `ratchet train template NAME` writes an example
file. A column `split` that holds `train` or `holdout` fixes what a version is measured on; without it a kind has a rule
of its own, which stands in the card of every version.

{kinds}
"""

_KIND = """## {name}

{summary} A version serves if it is {required}.{examples}

{tables}

`POST /v1/tasks/{{task}}/predict`: {asked} is answered with {answered}.

| parameter | default | allowed | meaning |
|---|---|---|---|
{parameters}
"""

_TABLE = """Table `{name}`: {meaning}

| column | holds | needed | meaning |
|---|---|---|---|
{columns}"""

_ASKED = {
    "classification": ("`{text}`", "`{label, confidence, scores, outputs}`"),
    "forecast": ("`{series, horizon?}`", "`{series, values: [{date, value, lower, upper}]}`"),
    "risk": ("a row of features", "`{label, probability, reasons}`"),
    "rag": ("`{query, k?}`", "`{hits: [{id, score, title, passage}]}`"),
    "actions": ("a row of features", "`{actions: [{rule, score, recommended}]}`"),
    "workflows": ("a row of context, `step` where there are steps", "`{templates: [{template, probability}]}`"),
    "chat": ("`{text}` or `{messages}`", "`{text, confidence, messages}`"),
}
_REQUIRED = {
    "better": "proven better than the champion on the same holdout, or for a first version than having learnt nothing",
    "not worse": "not proven worse than the champion on the same holdout, because its versions age with their data",
    "not lower": "no worse on the judged holdout than the champion, because its versions age with their data",
}


def page() -> str:
    """Write the page; packages that happen to be installed here do not come into it."""
    ours = {entry.name for entry in installed.OURS}
    return _PAGE.format(kinds="\n".join(_kind(sheet) for sheet in sheets.kinds().items if sheet.name in ours))


def _kind(sheet: KindSheet) -> str:
    asked, answered = _ASKED[sheet.name]
    return _KIND.format(
        name=sheet.name,
        summary=sheet.summary,
        required=_REQUIRED[installed.find(sheet.name).required],
        examples=" Approved examples are training rows too." if sheet.collects_examples else "",
        tables="\n\n".join(map(_table, sheet.tables)),
        asked=asked,
        answered=answered,
        parameters="\n".join(_parameters(sheet.parameters)),
    )


def _table(table: KindTable) -> str:
    rows = [
        f"| `{column.name}` | {', '.join(column.choices) or column.holds} | {'yes' if column.required else ''} "
        f"| {column.meaning} |"
        for column in table.columns
    ]
    if table.further:
        rows.append(f"| any other | | | {table.further} |")
    return _TABLE.format(name=table.name, meaning=table.meaning, columns="\n".join(rows))


def _parameters(schema: dict[str, Any]) -> Iterable[str]:
    for name, field in schema["properties"].items():
        default = field.get("default")
        shown = "" if default is None else f"`{default}`"
        yield f"| `{name}` | {shown} | {allowed(field, schema)} | {field['description']} |"
