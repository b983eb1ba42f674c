"""Where it is found out from its content, not from its name, what sort of file an upload is."""

import csv
from collections.abc import Collection
from itertools import islice
from pathlib import Path

from trainer.reading import encodings
from trainer.reading.problems import UnusableUpload
from trainer.reading.shapes import Format, Nature

_HEAD = 2**16
_RECORDS = 200
_DELIMITERS = (",", ";", "\t", "|")
_PARQUET = b"PAR1"
_MOST_STRANGE = 0.03
_FEW_STRANGE = 8
_STRANGE = dict.fromkeys([*range(9), 14, 15, *range(16, 27), 28, 29, 30, 31])
_OTHERS = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook; save the sheet as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file; save the sheet as CSV",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"SQLite format 3": "an SQLite database",
    b"ARROW1": "an Arrow or Feather file; write it as Parquet",
    b"Obj\x01": "an Avro file; write it as Parquet",
    b"ORC": "an ORC file; write it as Parquet",
    b"BZh": "compressed with bzip2; only gzip is unpacked here",
    b"\xfd7zXZ": "compressed with xz; only gzip is unpacked here",
    b"\x28\xb5\x2f\xfd": "compressed with zstd; only gzip is unpacked here",
    b"\x1f\x8b": "compressed twice",
}


def sniff(path: Path, names: Collection[str], allowed: Collection[str]) -> Nature:
    """Give the nature of a plain file; a delimiter that makes these names its headers is the likelier one.

    Raises `UnusableUpload` if it is none of the formats, or one that is not allowed.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(_PARQUET):
        return _allow(_parquet(path), allowed)
    for mark, what in _OTHERS.items():
        if head.startswith(mark):
            raise UnusableUpload(f"The file is {what}.")
    encoding, damaged = encodings.find(path)
    with path.open(encoding=encoding, errors="replace", newline="") as text:
        return _allow(_text(text.read(_HEAD), encoding, names, damaged=damaged), allowed)


def _parquet(path: Path) -> Nature:
    with path.open("rb") as file:
        file.seek(-len(_PARQUET), 2)
        if file.read() != _PARQUET or file.tell() <= 2 * len(_PARQUET):
            raise UnusableUpload("The Parquet file is cut short: its end is missing.")
    return Nature("parquet")


def _text(head: str, encoding: str, names: Collection[str], *, damaged: bool) -> Nature:
    begin = head.lstrip()
    if not begin:
        raise UnusableUpload("The file is empty.")
    if len(head) - len(head.translate(_STRANGE)) > max(_FEW_STRANGE, _MOST_STRANGE * len(head)):
        raise UnusableUpload("The file is no text, and no Parquet either; CSV, JSON lines, JSON and Parquet are read.")
    if begin.startswith("<"):
        raise UnusableUpload("The file is a web page or XML; CSV, JSON lines, JSON and Parquet are read.")
    found = _json(begin)
    if found:
        return Nature(found, encoding, damaged=damaged)
    return Nature("csv", encoding, _delimiter(head, names), damaged)


def _json(begin: str) -> Format | None:
    rest = begin[1:].lstrip()
    if begin[0] == "{" and rest[:1] in {'"', "}", ""}:
        return "jsonl"
    return "json" if begin[0] == "[" and rest[:1] in {"{", "]", ""} else None


def _delimiter(head: str, names: Collection[str]) -> str:
    """Give the one that finds the most known headers, then the one that cuts lines into equal numbers of cells."""
    return max(_DELIMITERS, key=lambda delimiter: _likelihood(head, delimiter, names))


def _likelihood(head: str, delimiter: str, names: Collection[str]) -> tuple[int, float, int]:
    lines = head.splitlines(keepends=True)
    whole = lines[:-1] if len(lines) > 1 and len(head) == _HEAD else lines
    try:
        records = [record for record in islice(csv.reader(whole, delimiter=delimiter), _RECORDS) if record]
    except csv.Error:
        return 0, 0.0, 0
    first = records[0] if records else []
    alike = sum(len(record) == len(first) for record in records) / max(1, len(records))
    known = sum(cell.strip().casefold() in names for cell in first)
    return known, alike if len(first) > 1 else 0.0, len(first)


def _allow(nature: Nature, allowed: Collection[str]) -> Nature:
    if nature.format not in allowed:
        listed = ", ".join(sorted(allowed))
        raise UnusableUpload(f"The file is {nature.format}; this installation takes: {listed}.")
    return nature
