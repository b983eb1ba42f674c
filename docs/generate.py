"""Where the pages that follow from the code are written: events, kinds, settings, test vectors and schemas."""

import json
from collections.abc import Iterable
from pathlib import Path

from contracts import commands, events, published, topology
from contracts.service import Service
from docs import assignment_vectors, kinds_page, settings_page

ROOT = Path(__file__).parents[1]
SCHEMAS = ROOT / "libs/contracts/contracts/schemas"


_EVENTS_PAGE = """# Events and commands

Written by `make docs` from `libs/contracts`; what a field means is in the schemas beside the code
(`libs/contracts/contracts/schemas`). Every subject of an event begins with `events.<tenant>.`, every
subject of a command with `commands.<owner>.`

## Events

| event | subject | said by | heard by | what it says |
|---|---|---|---|---|
{events}

## Commands and queries

| command | subject | asked by | what it does |
|---|---|---|---|
{commands}

## What applications publish

`ingest.<tenant>.inference` and `ingest.<tenant>.feedback`: one JSON object, or a list of up to 1,000.

## Streams, consumers and buckets

| stream | consumer | subject |
|---|---|---|
{consumers}
"""


class BreaksReaders(Exception):
    """A message changed so that those who know the published schema would not understand it."""


def main() -> None:
    """Write every generated file; raises `BreaksReaders` rather than publish an incompatible schema."""
    for path, text in generated().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    print(f"{len(generated())} files written")


def generated() -> dict[Path, str]:
    """Give what every generated file should hold."""
    pages = {ROOT / "docs/events.md": events_page(), ROOT / "docs/settings.md": settings_page.page()}
    pages[ROOT / "docs/kinds.md"] = kinds_page.page()
    pages[ROOT / "docs/examples/assignment.json"] = assignment_vectors.page()
    return pages | {SCHEMAS / f"{name}.json": _published(name, schema) for name, schema in published.schemas().items()}


def _published(name: str, schema: published.Schema) -> str:
    path = SCHEMAS / f"{name}.json"
    if path.exists() and (broken := published.breaks(json.loads(path.read_text()), schema)):
        message = f"{name}: {'; '.join(broken)}. Add an optional field, or a message with another name."
        raise BreaksReaders(message)
    return json.dumps(schema, indent=1, sort_keys=True) + "\n"


_PROMPTS = "| KV_{bucket} | read when a route names a new one | `$KV.{bucket}.<tenant>.<version>` |"
_SETTINGS = (
    "| KV_{bucket} | watched | `$KV.{bucket}.platform`, `$KV.{bucket}.tenant.<tenant>`, `$KV.{bucket}.plan.<tenant>` |"
)


def events_page() -> str:
    """Write the event map: who says what, who listens, and who answers which command."""
    buckets = (
        f"| KV_{topology.ROUTES_BUCKET} | watched | `$KV.{topology.ROUTES_BUCKET}.<tenant>.<task>` |",
        _PROMPTS.format(bucket=topology.PROMPTS_BUCKET),
        _SETTINGS.format(bucket=topology.SETTINGS_BUCKET),
    )
    return _EVENTS_PAGE.format(
        events="\n".join(_event_rows()),
        commands="\n".join(_command_rows()),
        consumers="\n".join((*_consumer_rows(), *buckets)),
    )


def _event_rows() -> Iterable[str]:
    for event in events.ALL:
        heard = ", ".join(event.consumers)
        yield f"| {event.__name__} | `{event.subject}` | {event.producer} | {heard} | {_first_line(event)} |"


def _command_rows() -> Iterable[str]:
    for command in commands.ALL:
        owner = command.owner or "every service"
        asked = ", ".join(command.askers)
        yield f"| {command.__name__} | {owner}: `{command.subject}` | {asked} | {_first_line(command)} |"


def _consumer_rows() -> Iterable[str]:
    for service in Service:
        for consumer in topology.consumers(service):
            subject = consumer.subject or "ingest.*.inference, ingest.*.feedback"
            yield f"| {consumer.stream} | {consumer.name} | `{subject}` |"


def _first_line(thing: type) -> str:
    return " ".join((thing.__doc__ or "").split("\n\n")[0].split())


if __name__ == "__main__":
    main()
