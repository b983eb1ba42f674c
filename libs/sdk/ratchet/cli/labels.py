"""Where people may name a version by its label, such as 1.2.0, as well as by its id."""

import re
from typing import TYPE_CHECKING

from contracts.errors import UnknownVersion

if TYPE_CHECKING:
    from ratchet.client import Client

_LABEL = re.compile(r"\d+\.\d+\.\d+")
_PAGE = 200


def version_id(client: "Client", task: str, named: str) -> str:
    """Give the id of a version of a task; raises `UnknownVersion` where none has the label."""
    if not _LABEL.fullmatch(named):
        return named
    for version in client.versions.all(task, limit=_PAGE):
        if version.label == named:
            return version.id
    raise UnknownVersion(f"There is no version {named} of {task!r}.")
