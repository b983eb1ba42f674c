"""Where it is counted what became of items, and noted what was refused."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ratchet.recording.delivery import Refused

_log = logging.getLogger("ratchet")
_FILE = "refused.jsonl"
_LARGEST_FILE = 16 * 1024 * 1024


@dataclass(slots=True)
class Tally:
    """What became of the items of one recorder; written by one thread, read by any.

    ``trouble`` says in a sentence why nothing can be delivered at the moment.
    """

    delivered: int = 0
    refused: int = 0
    trouble: str | None = None

    def settle(self, items: int, refused: int) -> None:
        """Count items that need not be sent again."""
        self.delivered += items - refused
        self.refused += refused
        if self.trouble:
            _log.warning("What was recorded is delivered again.")
        self.trouble = None

    def fail(self, trouble: str) -> None:
        """Note why nothing is delivered; said aloud when it is new."""
        if trouble != self.trouble:
            _log.warning("What was recorded is kept, and delivered later: %s", trouble)
        self.trouble = trouble


def note(folder: Path, refused: Sequence[Refused]) -> None:
    """Write down what can never be accepted and why, as long as the file does not grow too large."""
    for each in refused:
        _log.error("An item of %s was refused for good: %s", each.item.sort, each.reason)
    file = folder / _FILE
    try:
        if refused and not (file.exists() and file.stat().st_size > _LARGEST_FILE):
            with file.open("a", encoding="utf-8") as opened:
                opened.writelines(map(_line, refused))
    except OSError as wrong:
        _log.warning("What was refused cannot be noted in %s: %s", file, wrong)


def _line(refused: Refused) -> str:
    body = refused.item.body.decode(errors="replace")
    at = datetime.now(UTC).isoformat()
    return json.dumps({"at": at, "sort": refused.item.sort, "reason": refused.reason, "item": body}) + "\n"
