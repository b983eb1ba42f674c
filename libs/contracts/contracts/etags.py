"""Where it is worked out by what an answer without a revision is known: a hash of what it says."""

from hashlib import sha256

from pydantic import BaseModel

PASSING = frozenset({"next_runs", "last_run", "set_by", "set_at"})
"""What changes by itself, and is no edit of anybody."""

_HEX = 16


def etag(answer: BaseModel) -> str:
    """Hash what an answer says, but for what changes by itself; it is written as an ETag, in quotes."""
    said = answer.model_dump_json(exclude=set(PASSING)).encode()
    return f'"{sha256(said).hexdigest()[:_HEX]}"'
