"""Where the command line is held to good manners on soft edges: completion, slips, broken files, full disks."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from ratchet.cli.app import app
from tests.sdk.fake_gateway import Gateway, task

PROMISED = {
    "up", "down", "status", "demo", "login", "logout", "whoami", "user", "task", "train", "model", "experiment",
    "rollout", "feedback", "examples", "prompt", "metrics", "events", "db", "key", "tenant", "plan", "settings",
    "nats", "audit", "webhook", "health", "alerts", "monitors", "insights", "dataset", "retrain",
}  # fmt: skip


def commands(group: Any, path: str = "ratchet") -> Iterator[tuple[str, Any]]:
    """Give every command there is, loaded, with the words that call it."""
    context = group.make_context(path, [], resilient_parsing=True)
    for name in group.list_commands(context):
        found = group.resolve_command(context, [name])[1]
        words = f"{path} {name}"
        if hasattr(found, "list_commands"):
            yield from commands(found, words)
        else:
            yield words, found


ALL = dict(commands(get_command(app)))


def test_every_command_that_was_promised_is_there() -> None:
    assert {words.split()[1] for words in ALL} >= PROMISED


def test_every_command_and_everything_that_it_takes_is_explained() -> None:
    silent = [words for words, command in ALL.items() if not command.help]
    silent += [
        f"{words} {parameter.name}"
        for words, command in ALL.items()
        for parameter in command.params
        if not (getattr(parameter, "help", None) or getattr(parameter, "hidden", False) or parameter.name == "help")
    ]

    assert silent == []


def test_every_command_answers_programs_in_json() -> None:
    deaf = [words for words, command in ALL.items() if "--json" not in {o for p in command.params for o in p.opts}]

    assert [words for words in deaf if words.split()[1] not in {"up", "down", "status", "db"}] == []


@pytest.mark.parametrize(
    ("words", "offered"),
    [("ratchet expe", "experiment"), ("ratchet model pro", "promote"), ("ratchet model promote --re", "--reason")],
)
def test_the_shell_completes_commands_and_options_without_a_gateway(words: str, offered: str) -> None:
    asked = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1), "_RATCHET_COMPLETE": "complete_bash"}

    told = CliRunner(env=asked).invoke(app, prog_name="ratchet")

    assert (told.stdout.split(), told.stderr) == ([offered], "")


@pytest.mark.parametrize(
    ("words", "meant"), [(["taks", "list"], "Did you mean 'task'?"), (["task", "lst"], "Did you mean 'list'?")]
)
def test_a_slip_is_answered_with_what_was_meant(words: list[str], meant: str) -> None:
    result = CliRunner().invoke(app, words)

    assert result.exit_code == 2
    assert meant in result.stderr


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"gateway_url": "http://x"}'])
def test_a_broken_file_of_the_local_system_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "local.json").write_text(content)
    environment = {"RATCHET_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}

    result = CliRunner(env=environment).invoke(app, ["task", "list"])

    assert result.exit_code == 1
    assert "local.json cannot be read" in result.stderr.replace("\n", "")


@pytest.mark.parametrize(
    ("url", "key", "told"),
    [("gateway:8080", "rk", "begins with http://"), ("http://gateway", "rk_€\n", "characters that no key has")],
)
def test_an_address_or_a_key_that_can_be_none_is_said_to_be_none(url: str, key: str, told: str) -> None:
    result = CliRunner(env={"RATCHET_URL": url, "RATCHET_API_KEY": key}).invoke(app, ["task", "list"])

    assert result.exit_code == 1
    assert told in result.stderr.replace("\n", " ")


def test_a_full_disk_and_a_closed_pipe_end_a_command_without_a_traceback(gateway: Gateway) -> None:
    gateway.says("GET /v1/tasks", {"items": [task(f"t{number}") for number in range(900)], "next_cursor": None})
    environment = os.environ | {"RATCHET_URL": gateway.url, "RATCHET_API_KEY": "rk_test"}
    reading, writing = os.pipe()
    os.close(reading)

    with Path("/dev/full").open("w") as full:
        filled = listing(environment, full.fileno())
    closed = listing(environment, writing)
    os.close(writing)

    assert (filled.returncode, closed.returncode) == (1, 1)
    assert b"No space left on device" in filled.stderr
    assert closed.stderr == b""


def listing(environment: dict[str, str], to: int) -> subprocess.CompletedProcess[bytes]:
    program = [sys.executable, "-c", "from ratchet.cli.app import main; main()", "task", "list"]
    return subprocess.run(program, env=environment, stdout=to, stderr=subprocess.PIPE, check=False)
