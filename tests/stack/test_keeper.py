"""Where the keeper is held to being the only one, and to going on when the disk is full."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from chassis.embedded import processes
from stack import home, keeper
from stack.home import Home


@pytest.fixture
def place(scratch: Path) -> Home:
    made = Home(scratch / ".ratchet")
    home.prepare(made)
    return made


@pytest.fixture
def kept(place: Home) -> Iterator[Home]:
    """Give a stack that is one process which sleeps."""
    sleeping = psutil.Popen(["sleep", "300"])
    meant_to_run(place, sleeping.pid)
    yield place
    meant_to_run(place)
    sleeping.kill()
    sleeping.wait()
    processes.end(keepers(place), patience=5)


def meant_to_run(place: Home, *pids: int) -> None:
    created = {str(pid): known.created for pid in pids if (known := processes.handle(pid))}
    place.local.write_text(json.dumps({"processes": {name: int(name) for name in created}, "created": created}))


def keepers(place: Home) -> list[psutil.Process]:
    return [each for each in psutil.process_iter() if processes.runs(each.pid, "stack.keeping", str(place.local))]


def test_nobody_is_given_a_keeper_while_somebody_brings_the_stack_down(kept: Home) -> None:
    beginning = threading.Thread(target=keeper.begin, args=(kept,))

    with home.alone(kept):
        beginning.start()
        beginning.join(0.5)
        meanwhile = keepers(kept)
        meant_to_run(kept)
    beginning.join(10)

    assert meanwhile == []
    assert processes.wait(keepers(kept), patience=5) == []


def test_of_many_that_are_begun_at_once_one_keeps(kept: Home) -> None:
    beginning = [threading.Thread(target=keeper.begin, args=(kept,)) for _ in range(4)]

    for each in beginning:
        each.start()
    for each in beginning:
        each.join(10)
    found = keepers(kept)
    keeper.end(kept)

    assert len(found) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk here that is full")
def test_a_full_disk_does_not_end_the_keeping(place: Home) -> None:
    place.local.write_text(json.dumps({"processes": {"gone": 2**22 + 1}, "created": {"gone": 1.0}}))
    keep = (
        "import pathlib, sys; from stack import keeping; "
        "keeping.keep(pathlib.Path(sys.argv[1]), lambda: bool(pathlib.Path(sys.argv[1]).unlink()) or True)"
    )

    with Path("/dev/full").open("w") as full:
        subprocess.run([sys.executable, "-c", keep, str(place.local)], check=False, stdout=full, timeout=30)

    assert not place.local.exists()
