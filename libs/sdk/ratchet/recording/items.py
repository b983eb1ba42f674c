"""Where what is recorded is checked, gets an id and a time, and is written as one line."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from contracts import storable
from contracts.api.feedback import NewFeedback
from contracts.api.inference import NewInference
from contracts.errors import InvalidInput
from contracts.events.ingest import Ingest
from contracts.ids import new_id

LARGEST_BYTES = 256 * 1024
"""No item may be larger; the gateway would refuse it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One answer or opinion as it is sent: its sort (as `Ingest` calls it), and its JSON, which holds no line break."""

    sort: str
    body: bytes

    def line(self) -> bytes:
        """Write it as a line of the spool."""
        return b"%b %b\n" % (self.sort.encode(), self.body)

    @classmethod
    def read(cls, line: bytes) -> Self | None:
        """Read a line of the spool; None for one that was cut off, or is none."""
        sort, _, body = line.partition(b" ")
        if not body.endswith(b"}\n") or sort.decode(errors="replace") not in {Ingest.INFERENCE, Ingest.FEEDBACK}:
            return None
        return cls(sort.decode(), body[:-1])


def made(recorded: NewInference | NewFeedback) -> tuple[str, Item]:
    """Give an item and its id, by which it counts once however often it is sent; raises `InvalidInput`."""
    sort, id_field = (Ingest.INFERENCE, "id") if isinstance(recorded, NewInference) else (Ingest.FEEDBACK, "key")
    found: str = getattr(recorded, id_field) or new_id()
    stamped = recorded.model_copy(update={id_field: found, "occurred_at": recorded.occurred_at or datetime.now(UTC)})
    return found, Item(sort, _written(stamped))


def _written(recorded: NewInference | NewFeedback) -> bytes:
    try:
        body = recorded.model_dump_json(exclude_unset=True).encode()
        if storable.suspect(body) or b"null" in body:  # which is what NaN is written as
            storable.check(recorded.model_dump())
    except ValueError as wrong:
        raise InvalidInput.at("body", str(wrong)) from wrong
    if len(body) > LARGEST_BYTES:
        raise InvalidInput.at("body", f"the item is larger than {LARGEST_BYTES:,} bytes")
    return body
