"""Where documents are held against what they describe."""

import re
from pathlib import Path
from typing import Any

import click
import pytest
from typer.main import get_command

from chassis.settings import ChassisSettings
from docs import generate, settings_page
from ratchet.cli.app import app
from tests.architecture import source

PAGES = [path for path in source.kept_files() if path.suffix == ".md"]
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
COMMAND = re.compile(r"^(?:\.venv/bin/)?ratchet ([a-z-]+)", re.MULTILINE)


def broken_links(page: Path, text: str) -> list[str]:
    return [link for link in LINK.findall(text) if not (page.parent / link).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(source.ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken_links(page, page.read_text()) == []


def test_a_broken_link_is_found() -> None:
    assert broken_links(source.ROOT / "README.md", "[a](docs) [b](nowhere.md) [c](https://x.y)") == ["nowhere.md"]


def test_the_generated_pages_are_up_to_date() -> None:
    stale = [path.name for path, text in generate.generated().items() if not path.exists() or path.read_text() != text]

    assert stale == [], "run `make docs`"


def test_the_example_environment_names_every_setting() -> None:
    named = (source.ROOT / ".env.example").read_text()
    classes = (ChassisSettings, *settings_page.SERVICES.values())
    settings = {f"RATCHET_{name.upper()}" for each in classes for name in each.model_fields}

    assert sorted(name for name in settings if not re.search(rf"\b{name}=", named)) == []


def test_the_readme_names_commands_that_there_are() -> None:
    known: Any = get_command(app)
    named = set(COMMAND.findall((source.ROOT / "README.md").read_text())) - {"--help"}

    assert named
    assert named <= set(known.list_commands(click.Context(known)))
