"""Where the spool is held to losing nothing, and to leaving alone what another living program keeps."""

import os
import resource
from pathlib import Path

from ratchet.recording.buffer import Buffer
from ratchet.recording.items import Item
from ratchet.recording.spool import SEGMENT_BYTES, Room, Spool
from tests.sdk.recording.other_end import item

ROOM = Room(on_disk=10_000_000, in_memory=1_000_000)


def emptied(spool: Spool) -> list[Item]:
    found: list[Item] = []
    while spool.waits():
        segment = spool.oldest()
        found += segment.items
        spool.remove(segment)
    return found


def test_what_is_written_comes_back_in_order_and_leaves_nothing_behind(tmp_path: Path) -> None:
    spool = Spool(tmp_path, ROOM)
    items = [item(number, padding=2_000) for number in range(500)]

    for start in range(0, 500, 7):
        spool.append(items[start : start + 7])
    found = emptied(spool)
    spool.leave()

    assert found == items
    assert spool.bytes_on_disk == 0
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_added_to_what_is_being_delivered(tmp_path: Path) -> None:
    spool = Spool(tmp_path, ROOM)
    spool.append([item(1)])
    segment = spool.oldest()

    spool.append([item(2)])
    spool.remove(segment)

    assert segment.items == [item(1)]
    assert emptied(spool) == [item(2)]


def test_what_a_dead_program_left_is_taken_over_and_what_a_living_one_has_is_not(tmp_path: Path) -> None:
    dead, living, heir = Spool(tmp_path, ROOM), Spool(tmp_path, ROOM), Spool(tmp_path, ROOM)
    dead.append([item(1)])
    living.append([item(2)])
    os.close(dead.lock() or 0)

    adopted = heir.adopt()

    assert adopted == 1
    assert emptied(heir) == [item(1)]
    assert emptied(living) == [item(2)]
    assert len(list(tmp_path.iterdir())) == 2


def test_what_waits_when_a_recorder_leaves_is_found_by_the_next(tmp_path: Path) -> None:
    first = Spool(tmp_path, ROOM)
    first.append([item(1), item(2)])
    first.leave()
    second = Spool(tmp_path, ROOM)

    second.adopt()

    assert emptied(second) == [item(1), item(2)]


def test_a_line_that_was_cut_off_by_a_kill_harms_no_other(tmp_path: Path) -> None:
    spool = Spool(tmp_path, ROOM)
    spool.append([item(1)])
    file = next(tmp_path.glob("*/*.lines"))
    file.write_bytes(file.read_bytes() + b'inference {"number": 2, "pad')

    assert emptied(spool) == [item(1)]


def test_where_the_disk_refuses_items_are_kept_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    spool = Spool(tmp_path / "file", Room(on_disk=1_000, in_memory=1_000))

    spool.append([item(1)])
    had_room = spool.has_room()
    spool.append([item(2, padding=2_000)])

    assert (had_room, spool.has_room()) == (True, False)
    assert emptied(spool) == [item(1), item(2, padding=2_000)]
    assert spool.has_room()


def test_a_folder_that_somebody_removes_is_no_reason_to_fail(tmp_path: Path) -> None:
    spool = Spool(tmp_path, ROOM)
    spool.append([item(1)])
    for file in tmp_path.glob("*/*"):
        file.unlink()

    assert emptied(spool) == []


def test_what_a_full_disk_took_half_of_is_not_in_the_spool_twice(tmp_path: Path) -> None:
    spool = Spool(tmp_path, ROOM)
    spool.append([item(1)])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))

    spool.append([item(2), item(3), item(4, padding=2_000)])
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    spool.append([item(5)])

    expected = [item(1), item(2), item(3), item(4, padding=2_000), item(5)]
    assert sorted(each.body for each in emptied(spool)) == [each.body for each in expected]
    assert (spool.bytes_on_disk, spool.bytes_in_memory) == (0, 0)


def test_segments_are_of_a_size_that_is_sent_soon(tmp_path: Path) -> None:
    spool = Spool(tmp_path, ROOM)

    spool.append([item(number, padding=50_000) for number in range(40)])

    assert max(file.stat().st_size for file in tmp_path.glob("*/*.lines")) <= SEGMENT_BYTES + 60_000
    assert len(emptied(spool)) == 40


def test_the_spool_is_its_owners_alone(tmp_path: Path) -> None:
    parent = tmp_path / "spool"
    Spool(parent, ROOM).append([item(1)])

    modes = {path.stat().st_mode & 0o077 for path in (parent, *parent.rglob("*"))}

    assert modes == {0}


def test_a_buffer_takes_no_more_than_it_has_room_for() -> None:
    buffer = Buffer(100)

    waiting = [buffer.put(item(number)) for number in range(5)]
    first = buffer.first()
    buffer.forget(first)

    assert waiting == [1, 2, 3, 0, 0]
    assert (len(first), buffer.dropped, buffer.waiting()) == (3, 2, 0)
    assert buffer.put(item(9)) == 1
