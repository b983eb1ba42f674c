"""Where the local stack is brought up and down with stand-ins for its services."""

import json
import socket
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psutil
import pytest

from chassis.embedded import processes
from chassis.embedded.processes import DidNotStart
from stack import keeping, local, starting, stopping
from stack.display import Board
from stack.home import Home
from stack.plan import Plan, Process, Surroundings
from stack.starting import Started
from stack.survey import Survey, survey
from tests.stack.steps import PERMISSIONS, everything_of, kill, member, plan, up

Found = TypeVar("Found")


def test_everything_runs_after_up_and_nothing_after_down(place: Home) -> None:
    started = up(place)
    family = everything_of(started)

    stopping.stop(place)

    assert set(started.local.processes) == {"gateway", "trainer", "nats", "postgres"}
    assert len(family) > len(started.local.processes)
    assert not processes.wait(family, patience=0)


def test_a_keeper_starts_again_what_died_until_the_stack_is_brought_down(place: Home) -> None:
    started, ending = up(place), threading.Event()
    start = lambda: ending.is_set() or bool(up(place))  # noqa: E731 (`ratchet down` ends the keeper first)
    keeper = threading.Thread(target=keeping.keep, args=(place.local, start), daemon=True)
    keeper.start()

    kill(started, "trainer")
    again = waiting_for(lambda: _other_pid(place, started, "trainer"))
    ending.set()
    stopping.stop(place)
    keeper.join(90)

    assert again
    assert not keeper.is_alive()


def test_nobody_waits_for_services_whose_server_dies_meanwhile(place: Home) -> None:
    started = up(place)
    kill(started, "trainer")

    def end_nats(name: str, state: str) -> None:
        if (name, state) == ("trainer", "starting"):
            kill(started, "nats")

    with pytest.raises(DidNotStart, match="nats ended"):
        starting.start(place, plan(trainer="waits"), end_nats)


def _other_pid(place: Home, started: Started, name: str) -> int | None:
    known = local.read(place)
    pid = known.processes.get(name) if known else None
    return pid if pid != started.local.processes[name] else None


def waiting_for(look: Callable[[], Found | None]) -> Found:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("nothing to see")


def test_local_json_has_the_fixed_names_and_is_private(place: Home) -> None:
    up(place)

    written = json.loads(place.local.read_text())

    fixed = {"gateway_url", "nats_url", "postgres_url", "admin_api_key", "tenant", "processes"}
    assert fixed <= set(written)
    assert stat.S_IMODE(place.local.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.keys.stat().st_mode) == 0o600


def test_a_second_up_starts_nothing(place: Home) -> None:
    first = up(place)

    second = up(place)

    assert second.fresh == ()
    assert second.local == first.local


def test_up_after_down_keeps_addresses_and_keys(place: Home) -> None:
    first = up(place).local
    stopping.stop(place)

    second = up(place).local

    assert second.ports == first.ports
    assert second.postgres_url == first.postgres_url
    assert (second.nats_url, second.admin_api_key) == (first.nats_url, first.admin_api_key)


@pytest.mark.parametrize("name", ["gateway", "nats", "postgres"])
def test_up_starts_only_what_died(place: Home, name: str) -> None:
    first = up(place)
    kill(first, name)

    second = up(place)

    kept = {other: pid for other, pid in first.local.processes.items() if other != name}
    assert second.fresh == (name,)
    assert kept.items() <= second.local.processes.items()


def test_down_ends_the_children_of_a_killed_process(place: Home) -> None:
    started = up(place)
    children = psutil.Process(started.local.processes["trainer"]).children()
    kill(started, "trainer")

    stopping.stop(place)

    assert children
    assert not processes.wait(children, patience=0)


def test_up_ends_what_a_killed_process_left_behind(place: Home) -> None:
    started = up(place)
    children = psutil.Process(started.local.processes["trainer"]).children()
    kill(started, "trainer")

    up(place)

    assert children
    assert not processes.wait(children, patience=0)


def test_down_leaves_a_stranger_with_a_recorded_number_alone(place: Home) -> None:
    started = up(place)
    stranger = psutil.Popen(["sleep", "300"])
    stopping.stop(place)
    recorded = started.local.model_copy(update={"processes": {"trainer": stranger.pid}, "created": {"trainer": 1.0}})
    local.write(place, recorded)

    stopping.stop(place)

    assert stranger.is_running()
    stranger.kill()
    stranger.wait()


def test_down_twice_is_fine(place: Home) -> None:
    up(place)

    answers = (stopping.stop(place), stopping.stop(place))

    assert answers == (True, False)


def test_a_process_that_dies_is_reported_with_the_end_of_its_log(place: Home) -> None:
    with pytest.raises(DidNotStart, match="the reason is here"):
        up(place, trainer="dies")


def test_what_did_run_is_stopped_after_a_failed_up(place: Home) -> None:
    with pytest.raises(DidNotStart):
        up(place, trainer="dies")
    recorded = local.read(place)
    assert recorded is not None

    stopping.stop(place)

    running = [name for name in recorded.processes if (known := recorded.handle(name)) and processes.alive(known)]
    assert not running


def test_the_survey_knows_who_is_ready_and_who_stopped(place: Home) -> None:
    started = up(place)
    kill(started, "trainer")

    found = waiting_for(lambda: settled(survey(place)))

    states = {row.name: row.state for row in found.rows}
    assert states == {"postgres": "ready", "nats": "ready", "gateway": "ready", "trainer": "stopped"}
    assert found.memory == sum(row.memory for row in found.rows) > 0


def settled(found: Survey) -> Survey | None:
    """Give what was found unless somebody took a second to answer, and counts as starting therefore."""
    return None if any(row.state == "starting" for row in found.rows) else found


def test_a_clock_that_is_set_changes_nothing(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    first, started_s = up(place), psutil.boot_time()

    monkeypatch.setattr("psutil._psplatform.boot_time", lambda: started_s + 3600)
    second = up(place)
    stopping.stop(place)

    assert second.fresh == ()
    assert not processes.wait([psutil.Process(pid) for pid in _living(first)], patience=0)


def _living(started: Started) -> list[int]:
    return [pid for pid in started.local.processes.values() if psutil.pid_exists(pid)]


def test_two_stacks_run_side_by_side(place: Home, scratch: Path, request: pytest.FixtureRequest) -> None:
    other = Home(scratch / "other")
    request.addfinalizer(lambda: stopping.stop(other))

    one, two = up(place).local, up(other).local

    assert not set(one.ports.values()) & set(two.ports.values())
    assert one.postgres_url.rpartition("@")[2] != two.postgres_url.rpartition("@")[2]


def test_another_port_is_tried_where_somebody_was_faster(place: Home) -> None:
    tries: list[int] = []

    def members(around: Surroundings) -> tuple[Process, ...]:
        tries.append(around.ports["trainer"])
        return (member("trainer", thief.getsockname()[1] if len(tries) == 1 else tries[-1], "serves"),)

    with socket.create_server(("127.0.0.1", 0)) as thief:
        started = starting.start(place, Plan(PERMISSIONS, members), Board().tell)

    assert len(tries) == 2
    assert started.local.ports["trainer"] == tries[-1]
