"""Where the values of one JSON array are read one after another, however long it is."""

import json
from collections.abc import Iterator
from typing import Any, TextIO

from trainer.reading.problems import UnusableUpload

_CHUNK = 2**20
_LONGEST_VALUE = 32 * 2**20
_BETWEEN = " \t\r\n,"


class _Window:
    """The part of the text that is looked at, and the line that it begins on."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.text = file.read(_CHUNK)
        self.place = 0
        self.line = 1
        self.ended = False

    def grow(self) -> None:
        """Drop what was read and take in as much again; raises `UnusableUpload` for a value that never ends."""
        self.text, self.place = self.text[self.place :], 0
        if len(self.text) > _LONGEST_VALUE:
            raise UnusableUpload(f"The JSON is broken, or has a value of more than {_LONGEST_VALUE:,} characters, "
                                 f"at line {self.line}.")  # fmt: skip
        more = self._file.read(max(_CHUNK, len(self.text)))
        self.ended = not more
        self.text += more

    def move(self, place: int) -> None:
        self.line += self.text.count("\n", self.place, place)
        self.place = place

    def next_character(self) -> str:
        """Go to where the next value begins, and give its first character; nothing at the end of the text."""
        while True:
            rest = self.text[self.place : self.place + _CHUNK]
            begin = self.place + len(rest) - len(rest.lstrip(_BETWEEN))
            self.move(begin)
            if begin < len(self.text) or self.ended:
                return self.text[begin : begin + 1]
            self.grow()


def values(file: TextIO) -> Iterator[tuple[int, Any]]:
    """Give each value of an array with the line that it begins on; raises `UnusableUpload` where it is broken."""
    window, decoder = _Window(file), json.JSONDecoder()
    window.move(window.text.index("[") + 1)
    while (character := window.next_character()) != "]":
        if not character:
            raise UnusableUpload(f"The JSON array is cut short: it is not closed at its end, line {window.line:,}.")
        yield window.line, _value(window, decoder)


def _value(window: _Window, decoder: json.JSONDecoder) -> object:
    while True:
        try:
            value, end = decoder.raw_decode(window.text, window.place)
        except (ValueError, RecursionError) as wrong:
            if window.ended or isinstance(wrong, RecursionError):
                raise UnusableUpload(f"The JSON is broken in the value that begins on line {window.line:,}.") from wrong
        else:
            if end < len(window.text) or window.ended:
                window.move(end)
                return value
        window.grow()
