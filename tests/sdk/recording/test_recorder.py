"""Where the recorder is held to its promises: nobody waits, nothing is lost, nothing counts twice."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from contracts.errors import InvalidInput, Unavailable
from ratchet import Recorder
from ratchet.recorder import Limits
from ratchet.recording.spool import Spool
from tests.sdk.recording.other_end import OtherEnd, until

SCRIPTS = Path(__file__).with_name("scripts")
LONG_S = 60.0


def test_answers_and_opinions_arrive_once_with_an_id_and_a_time(tmp_path: Path) -> None:
    other_end = OtherEnd()

    with Recorder(other_end, folder=tmp_path) as recorder:
        inference = recorder.log_inference(task="tickets", input="hello", output="greeting", unit="user-1")
        opinion = recorder.log_feedback(task="tickets", inference_id=inference, correction="praise")
        recorder.flush(LONG_S)

    found = dict(zip(("inference", "feedback"), other_end.items(), strict=True))
    assert (found["inference"]["id"], found["feedback"]["key"]) == (inference, opinion)
    assert found["feedback"]["inference_id"] == inference
    assert all(each["occurred_at"] for each in found.values())
    assert list((tmp_path / "other-end").iterdir()) == []


def test_an_id_and_a_time_of_ones_own_are_kept(tmp_path: Path) -> None:
    other_end = OtherEnd()

    with Recorder(other_end, folder=tmp_path) as recorder:
        given = recorder.log_inference(task="t", id="mine-1", output="x", occurred_at="2026-01-01T00:00:00Z")
        recorder.flush(LONG_S)

    assert given == "mine-1"
    assert other_end.items() == [{"task": "t", "id": "mine-1", "output": "x", "occurred_at": "2026-01-01T00:00:00Z"}]


async def test_a_program_of_coroutines_uses_it_likewise(tmp_path: Path) -> None:
    other_end = OtherEnd()

    async with Recorder(other_end, folder=tmp_path) as recorder:
        recorder.log_inference(task="tickets", output="x")
        delivered = await recorder.flush_async(LONG_S)

    assert delivered
    assert len(other_end.items()) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"output": "no task"},
        {"task": "t", "outptu": "misspelt"},
        {"task": "t", "output": {"text": ["deep\x00down"]}},
        {"task": "t", "output": {"text": ["half \ud800"]}},
        {"task": "t", "output": {"score": float("nan")}},
        {"task": "t", "output": {"what": object()}},
        {"task": "t", "output": {"many": ["y" * 100_000] * 3}},
    ],
)
def test_what_can_never_be_accepted_is_refused_at_once(tmp_path: Path, fields: dict[str, object]) -> None:
    recorder = Recorder(OtherEnd(), folder=tmp_path)

    with pytest.raises(InvalidInput) as refusal:
        recorder.log_inference(**fields)

    assert refusal.value.errors


def test_what_cannot_be_delivered_is_delivered_later(tmp_path: Path) -> None:
    other_end = OtherEnd(fault=Unavailable("The gateway is away."))

    with Recorder(other_end, folder=tmp_path) as recorder:
        ids = [recorder.log_inference(task="tickets", output=str(number)) for number in range(300)]
        waited = recorder.flush(0.2)
        trouble = until(lambda: recorder.state().trouble)
        other_end.fault = None
        delivered = recorder.flush(LONG_S)

    assert (waited, trouble, delivered) == (False, "The gateway is away.", True)
    assert sorted(each["id"] for each in other_end.items()) == sorted(ids)
    assert recorder.state().trouble is None


def test_nobody_waits_for_an_other_end_that_hangs_and_the_next_program_delivers(tmp_path: Path) -> None:
    hanging, well = OtherEnd(hangs=True), OtherEnd()
    first = Recorder(hanging, folder=tmp_path).start()

    ids = [first.log_inference(task="tickets", output="x") for _ in range(1000)]
    first.close(0.2)
    with Recorder(well, folder=tmp_path) as second:
        second.flush(LONG_S)

    assert hanging.items() == []
    assert [each["id"] for each in well.items()] == ids


def test_what_there_is_no_room_for_is_dropped_and_counted(tmp_path: Path) -> None:
    other_end = OtherEnd(fault=Unavailable("away"))
    recorder = Recorder(other_end, folder=tmp_path, limits=Limits(buffer_mb=0.05, spool_mb=0.05)).start()

    for _ in range(20):
        recorder.log_inference(task="tickets", output="x" * 10_000)
        time.sleep(0.01)
    state = recorder.state()
    other_end.fault = None
    recorder.flush(LONG_S)
    recorder.close()

    assert state.dropped > 0
    assert len(other_end.items()) == 20 - state.dropped


def test_what_is_refused_for_good_is_noted_with_the_reason(tmp_path: Path) -> None:
    other_end = OtherEnd(wrong=lambda each: each["output"] == "bad")

    with Recorder(other_end, folder=tmp_path) as recorder:
        for output in ("good", "bad", "good"):
            recorder.log_inference(task="tickets", output=output)
        recorder.flush(LONG_S)
        state = recorder.state()

    noted = [json.loads(line) for line in (tmp_path / "other-end" / "refused.jsonl").read_text().splitlines()]
    assert (state.delivered, state.refused, state.waiting_bytes) == (2, 1, 0)
    assert [(each["reason"], json.loads(each["item"])["output"]) for each in noted] == [("it is wrong", "bad")]


def test_recording_goes_on_after_a_close(tmp_path: Path) -> None:
    other_end = OtherEnd()
    recorder = Recorder(other_end, folder=tmp_path)

    with recorder:
        recorder.log_inference(task="tickets", output="first")
        recorder.flush(LONG_S)
    with recorder:
        recorder.log_inference(task="tickets", output="second")
        recorder.flush(LONG_S)

    assert [each["output"] for each in other_end.items()] == ["first", "second"]


def test_nothing_on_disk_is_lost_when_the_program_is_killed(tmp_path: Path) -> None:
    killed = subprocess.Popen(
        [sys.executable, str(SCRIPTS / "recording.py"), str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert killed.stdout
    spooled = int(killed.stdout.readline())
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    other_end = OtherEnd(label="away")

    with Recorder(other_end, folder=tmp_path) as heir:
        heir.flush(LONG_S)

    numbers = {int(each["output"]) for each in other_end.items()}
    assert spooled == 2_000
    assert set(range(2_000)) <= numbers
    assert len(numbers) == len(other_end.items())


def test_a_program_that_ends_without_closing_loses_nothing(tmp_path: Path) -> None:
    environment = os.environ | {"END": "1"}
    subprocess.run([sys.executable, str(SCRIPTS / "recording.py"), str(tmp_path)], env=environment, check=True)
    other_end = OtherEnd(label="away")

    with Recorder(other_end, folder=tmp_path) as heir:
        heir.flush(LONG_S)

    assert len(other_end.items()) >= 2_000


def test_a_forked_child_records_for_itself_and_the_parent_goes_on(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, str(SCRIPTS / "forking.py"), str(tmp_path)], capture_output=True, text=True, check=False
    )
    other_end = OtherEnd(label="away")

    with Recorder(other_end, folder=tmp_path) as heir:
        heir.flush(LONG_S)

    assert (finished.returncode, "Traceback" in finished.stderr) == (0, False), finished.stderr
    assert sorted(each["output"] for each in other_end.items()) == ["after, child", "after, parent", "before"]


def test_what_is_recorded_while_it_closes_is_on_disk_for_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, late = OtherEnd(), OtherEnd(), list[str]()
    recorder = Recorder(first, folder=tmp_path).start()
    leave = Spool.leave

    def record_and_leave(spool: Spool) -> None:
        if not late:
            late.append(recorder.log_inference(task="t", output="x"))
        leave(spool)

    monkeypatch.setattr(Spool, "leave", record_and_leave)
    recorder.close()
    with Recorder(second, folder=tmp_path) as following:
        assert following.flush()

    assert [each["id"] for each in (*first.items(), *second.items())] == late
