"""Where artifacts are shown to be repeatable, and altered or hostile ones to be refused."""

import io
import json
import pickle
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.trainers import archive
from trainer.trainers.archive import Contents
from trainer.trainers.kind import UnreadableArtifact

FORMAT = "test/1"
ARRAYS = {"b": np.arange(6, dtype=np.float32).reshape(2, 3), "a": np.zeros(0, np.float32)}
ARTIFACT = archive.pack(Contents(FORMAT, {"labels": ["x", "ü"]}, ARRAYS))


class Exploit:
    def __reduce__(self) -> tuple[object, ...]:
        return pytest.fail, ("a pickle was loaded",)


def zipped(members: dict[str, bytes], compression: int = 0) -> bytes:
    written = io.BytesIO()
    with ZipFile(written, "w", compression) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return written.getvalue()


def facts(shapes: dict[str, object]) -> bytes:
    return json.dumps({"format": FORMAT, "shapes": shapes, "facts": {}}).encode()


def test_contents_come_back_as_they_were_packed() -> None:
    contents = archive.unpack(ARTIFACT, FORMAT)

    assert contents.facts == {"labels": ["x", "ü"]}
    assert np.array_equal(contents.arrays["b"], ARRAYS["b"])
    assert contents.arrays["a"].shape == (0,)


def test_the_order_of_arrays_does_not_change_the_bytes() -> None:
    turned = dict(reversed(ARRAYS.items()))

    again = archive.pack(Contents(FORMAT, {"labels": ["x", "ü"]}, turned))

    assert again == ARTIFACT


@given(st.integers(0, len(ARTIFACT) - 1), st.integers(1, 255))
def test_an_altered_byte_is_noticed_or_changes_nothing(position: int, change: int) -> None:
    altered = bytearray(ARTIFACT)
    altered[position] ^= change

    try:
        contents = archive.unpack(bytes(altered), FORMAT)
    except UnreadableArtifact:
        return

    assert archive.pack(contents) == ARTIFACT


@given(st.integers(0, len(ARTIFACT) - 1))
def test_an_artifact_cut_short_is_refused(length: int) -> None:
    with pytest.raises(UnreadableArtifact):
        archive.unpack(ARTIFACT[:length], FORMAT)


@pytest.mark.parametrize(
    "hostile",
    [
        pickle.dumps(Exploit()),
        zipped({"facts.json": pickle.dumps(Exploit())}),
        zipped({"facts.json": facts({"a": [1]}), "a.f32": pickle.dumps(Exploit())}),
        zipped({"facts.json": facts({}), "model.pkl": pickle.dumps(Exploit())}),
        zipped({"facts.json": facts({"a": [10**12]}), "a.f32": b"1234"}),
        zipped({"facts.json": facts({"a": [-1, -1]}), "a.f32": b"1234"}),
        zipped({"facts.json": facts({"a": ["1"]}), "a.f32": b"1234"}),
        zipped({"facts.json": facts({"a": [1]}), "a.f32": np.float32("nan").tobytes()}),
        zipped({"facts.json": facts({"a": [1]})}),
        zipped({"facts.json": b"[" * 100_000}),
        zipped({"facts.json": b"[]"}),
        zipped({"facts.json": facts({}), "zeros": bytes(10_000_000)}, ZIP_DEFLATED),
    ],
)
def test_a_hostile_artifact_is_refused_and_nothing_in_it_is_run(hostile: bytes) -> None:
    with pytest.raises(UnreadableArtifact):
        archive.unpack(hostile, FORMAT)


def test_an_artifact_of_another_format_is_refused_by_name() -> None:
    with pytest.raises(UnreadableArtifact, match="its format is 'test/1', not 'test/2'"):
        archive.unpack(ARTIFACT, "test/2")
