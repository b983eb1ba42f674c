"""Where it is found out how the characters of a text file are written, by trying all of it."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trainer.reading.problems import UnusableUpload

_BLOCK = 2**20
_HEAD = 4_096
_LONGEST_LINE = 32 * 2**20
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_IN_CP1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
_FEW_WRONG = 10
"""UTF-8 with one wrong byte among so many right characters is UTF-8 with damage, not another encoding."""


@dataclass(slots=True)
class _Counts:
    right: int = 0
    wrong: int = 0
    only_latin: bool = False


def find(path: Path) -> tuple[str, bool]:
    """Give the name of the encoding as Python has it, and whether some bytes are damaged.

    A byte order mark decides, then zeros at every other place (UTF-16), then whether all of it is UTF-8; what is left
    is cp1252, or latin-1 where that has no such byte. Raises `UnusableUpload` for a line that never ends.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), _wide(head))
    counts = _count(path, marked or "utf-8")
    if marked or not counts.wrong:
        return marked or "utf-8", bool(counts.wrong)
    if counts.right > _FEW_WRONG * counts.wrong:
        return "utf-8", True
    return ("latin-1" if counts.only_latin else "cp1252"), False


def _wide(head: bytes) -> str | None:
    """Recognise UTF-16 without a mark: every other byte of most texts is zero."""
    half = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if half and odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if half and even > 0.4 * half and odd < 0.05 * half else None


def _count(path: Path, encoding: str) -> _Counts:
    """Count right and wrong characters beyond ASCII."""
    counts, decoder = _Counts(), codecs.getincrementaldecoder(encoding)("replace")
    for block in _blocks(path):
        text = decoder.decode(block)
        _judge(block, text, counts)
    counts.wrong += decoder.decode(b"", final=True).count("\ufffd")
    return counts


def _judge(block: bytes, text: str, counts: _Counts) -> None:
    if text.isascii():
        return
    wrong = text.count("\ufffd") - block.count("\ufffd".encode())
    if wrong > 0:
        counts.wrong += wrong
        counts.only_latin = counts.only_latin or any(byte in block for byte in _NOT_IN_CP1252)
    counts.right += len(text) - len(text.encode("ascii", "ignore")) - max(0, wrong)


def _blocks(path: Path) -> Iterator[bytes]:
    length = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            last = max(block.rfind(b"\n"), block.rfind(b"\r"))
            length = len(block) - last if last >= 0 else length + len(block)
            if length > _LONGEST_LINE:
                raise UnusableUpload(f"The file has a line of more than {_LONGEST_LINE:,} bytes; is it really a table?")
            yield block
