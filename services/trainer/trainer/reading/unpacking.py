"""Where compressed uploads are unpacked, as far as the limit, so that what follows can read them again."""

import gzip
import zlib
from pathlib import Path

from trainer.reading.problems import UnusableUpload

_GZIP = b"\x1f\x8b"
_BLOCK = 2**20


def unpacked(upload: Path, folder: Path, most_bytes: int) -> Path:
    """Give a file with the plain content: the upload itself, or one in the folder.

    Raises `UnusableUpload` if it cannot be unpacked, or is larger than that many bytes then.
    """
    with upload.open("rb") as file:
        if file.read(len(_GZIP)) != _GZIP:
            return upload
    plain = folder / "plain"
    try:
        _unpack(upload, plain, most_bytes)
    except (OSError, EOFError, zlib.error) as broken:
        raise UnusableUpload(f"The gzip file is damaged or cut short: {broken}.") from broken
    return plain


def _unpack(upload: Path, plain: Path, most_bytes: int) -> None:
    written = 0
    with gzip.open(upload, "rb") as packed, plain.open("wb") as file:
        while block := packed.read(_BLOCK):
            written += len(block)
            if written > most_bytes:
                raise UnusableUpload(f"Unpacked, the file is larger than the {most_bytes:,} bytes that are allowed.")
            file.write(block)
