"""Where an uploaded file goes straight to the shared shelf while the form around it is read; it is never in memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import BinaryIO

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from chassis.files import Files
from contracts.errors import InvalidInput, TooLarge
from contracts.ids import new_id

_BLOCK = 2**20
_LONGEST_NAME = 200

FIELDS: Mapping[str, int] = {"task": 1_000, "name": 1_000}
"""The fields of a form for a dataset, and how many bytes each may have."""

CheckTask = Callable[[str], Awaitable[object]]
"""Raises if there is no such task; called as soon as the form has named it."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file on the shelf, under the name of an upload that is not whole yet, and the fields that came with it."""

    path: str
    name: str
    task: str
    sha256: str
    size: int
    fields: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Place:
    """Where uploads are kept, and how large they may be."""

    files: Files
    most_bytes: int


@dataclass(slots=True)
class Form:
    """A multipart form as far as it has come; bytes of the file wait. ``fields`` may hold some from the beginning."""

    known: Mapping[str, int] = field(default_factory=lambda: FIELDS)
    fields: dict[str, bytes] = field(default_factory=dict[str, bytes])
    file_name: str | None = None
    waiting: bytearray = field(default_factory=bytearray)
    ended: bool = False
    _header: bytes = b""
    _value: bytes = b""
    _part: str = ""

    def parser(self, content_type: str) -> MultipartParser:
        """Give the parser that fills this form; raises `InvalidInput` if it is no multipart form."""
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise InvalidInput.at(
                "file", f"send a multipart form with the fields {' and '.join((*self.known, 'file'))}"
            )
        return MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": self._begin,
                "on_header_field": self._take_header,
                "on_header_value": self._take_value,
                "on_header_end": self._end_header,
                "on_part_data": self._take,
                "on_end": self._end,
            },
        )

    def text(self, name: str) -> str:
        """Give a field; raises `InvalidInput` if it did not come, or says nothing."""
        written = self.fields.get(name, b"").decode("utf-8", "replace").strip()
        if not written:
            raise InvalidInput.at(name, "is needed")
        return written

    def whole(self) -> str:
        """Give the task of a form that came whole; raises `InvalidInput` if something is missing."""
        if self.file_name is None:
            raise InvalidInput.at("file", "is needed")
        if not self.ended:
            raise InvalidInput.at("file", "the form breaks off")
        return self.text("task")

    def _begin(self) -> None:
        self._part, self._header, self._value = "", b"", b""

    def _take_header(self, content: bytes, start: int, end: int) -> None:
        self._header += content[start:end]

    def _take_value(self, content: bytes, start: int, end: int) -> None:
        self._value += content[start:end]

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            _, options = parse_options_header(self._value)
            self._name_part(options.get(b"name", b"").decode("utf-8", "replace"), options.get(b"filename", b""))
        self._header, self._value = b"", b""

    def _name_part(self, part: str, file_name: bytes) -> None:
        if part != "file" and part not in self.known:
            raise InvalidInput.at(part or "file", "is not a known field of this form")
        if part in self.fields or (part == "file" and self.file_name is not None):
            raise InvalidInput.at(part, "came twice")
        self._part = part
        if part == "file":
            self.file_name = file_name.decode("utf-8", "replace")
        else:
            self.fields[part] = b""

    def _take(self, content: bytes, start: int, end: int) -> None:
        if self._part == "file":
            self.waiting += content[start:end]
        elif self._part:
            self.fields[self._part] += content[start:end]
            if len(self.fields[self._part]) > self.known[self._part]:
                raise InvalidInput.at(self._part, f"must not be longer than {self.known[self._part]:,} bytes")

    def _end(self) -> None:
        self.ended = True


class _Sink:
    """The file on the shelf, hashed while it is written."""

    def __init__(self, file: BinaryIO, most_bytes: int) -> None:
        self._file = file
        self._most_bytes = most_bytes
        self.digest = sha256()
        self.size = 0

    def write(self, block: bytes) -> None:
        self.size += len(block)
        if self.size > self._most_bytes:
            raise TooLarge(f"The file is larger than the {self._most_bytes:,} bytes that are allowed.")
        self.digest.update(block)
        self._file.write(block)


async def receive(
    body: AsyncIterator[bytes], content_type: str, place: Place, check: CheckTask, form: Form | None = None
) -> Received:
    """Keep the file of a form; raises `InvalidInput` naming the field, or `TooLarge` as soon as it is.

    Whatever goes wrong, nothing is left behind.
    """
    form = form or Form()
    parser, path = form.parser(content_type), place.files.at("uploads", f"{new_id()}.part")
    try:
        digest, size = await _kept(_pieces(body, parser, form, check), place, path)
        task = form.whole()
    except BaseException:
        with suppress(OSError):
            place.files.remove(path)
        raise
    name = form.fields.get("name", b"").decode("utf-8", "replace") or form.file_name
    return Received(path, _shown(name or ""), task, digest, size, form.fields)


async def _pieces(
    body: AsyncIterator[bytes], parser: MultipartParser, form: Form, check: CheckTask
) -> AsyncIterator[bytes]:
    """Give the bytes of the file as they come, in pieces that are worth a thread."""
    is_checked = False
    async for chunk in body:
        try:
            parser.write(chunk)
        except FormParserError as broken:
            raise InvalidInput.at("file", f"the form cannot be read: {broken}") from broken
        if form.fields.get("task") and form.waiting and not is_checked:
            await check(form.text("task"))
            is_checked = True
        if len(form.waiting) >= _BLOCK:
            yield bytes(form.waiting)
            form.waiting.clear()
    yield bytes(form.waiting)


async def _kept(pieces: AsyncIterator[bytes], place: Place, path: str) -> tuple[str, int]:
    with place.files.writing(path) as file:
        sink = _Sink(file, place.most_bytes)
        async for piece in pieces:
            await asyncio.to_thread(sink.write, piece)
    return sink.digest.hexdigest(), sink.size


def _shown(name: str) -> str:
    """Give the last part of a file's name, as people may see it."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(each for each in last if each.isprintable())[:_LONGEST_NAME] or "upload"
