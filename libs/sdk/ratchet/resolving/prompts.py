"""Where the texts of prompts are that the known routes name: fetched before a route serves them, and kept on disk."""

import logging
import time
from collections.abc import Iterable
from pathlib import Path

from nats.aio.client import Client
from nats.errors import Error as NatsError
from pydantic import BaseModel, ValidationError

from contracts.api.prompt import ServedPrompt
from contracts.api.route import Route
from contracts.topology import prompt_address
from ratchet.resolving import disk

_log = logging.getLogger("ratchet")
_KIND = "chat"
_PATIENCE_S = 1.0
_PAUSE_S = 20.0
"""Whoever may not read prompts is not answered at all; routes must not wait for that again and again."""


class _Kept(BaseModel):
    prompts: tuple[ServedPrompt, ...]


class Prompts:
    """The prompts of one tenant by version; written by one thread, read by any."""

    def __init__(self, tenant: str, path: Path) -> None:
        """Begin with none; nothing is read before `load`."""
        self._tenant = tenant
        self._path = path
        self._known: dict[str, ServedPrompt] = {}
        self._on_disk: frozenset[str] = frozenset()
        self._not_before = 0.0

    def find(self, version_id: str) -> ServedPrompt | None:
        """Give the text of a version."""
        return self._known.get(version_id)

    def load(self) -> None:
        """Remember what was kept on disk, if anything was."""
        try:
            kept = _Kept.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return
        except (OSError, ValidationError) as wrong:
            _log.warning("The last known prompts in %s cannot be read: %s", self._path, wrong)
            return
        self._known = {prompt.version_id: prompt for prompt in kept.prompts}
        self._on_disk = frozenset(self._known)

    def save(self, routes: Iterable[Route]) -> None:
        """Keep the prompts that these routes name, if others were kept before; the rest is forgotten."""
        named = {version_id for route in routes for version_id in _named(route)}
        self._known = {version_id: prompt for version_id, prompt in self._known.items() if version_id in named}
        if self._on_disk == self._known.keys():
            return
        content = _Kept(prompts=tuple(self._known.values())).model_dump_json().encode()
        if disk.written(self._path, content):
            self._on_disk = frozenset(self._known)

    async def fetch(self, connection: Client, route: Route) -> bool:
        """Fetch the prompts that a route names and that are not known yet; say whether there were any."""
        missing = [version_id for version_id in _named(route) if version_id not in self._known]
        if not missing or time.monotonic() < self._not_before:
            return False
        found = [await self._fetch_one(connection, version_id) for version_id in missing]
        return any(found)

    async def _fetch_one(self, connection: Client, version_id: str) -> bool:
        try:
            answer = await connection.request(prompt_address(self._tenant, version_id), timeout=_PATIENCE_S)
        except (NatsError, OSError, TimeoutError) as failure:
            self._not_before = time.monotonic() + _PAUSE_S
            _log.warning("Prompts cannot be read: %s", str(failure) or type(failure).__name__)
            return False
        return self._take(answer.data, version_id)

    def _take(self, content: bytes, version_id: str) -> bool:
        """Take a prompt in; what is not one is an answer that says there is none, or newer than this program."""
        try:
            prompt = ServedPrompt.model_validate_json(content)
        except ValidationError:
            _log.info("There is no text of version %s.", version_id)
            return False
        self._known = {**self._known, version_id: prompt}
        return True


def at_folder(folder: Path | str | None, tenant: str) -> Prompts:
    """Give the prompts of a tenant that lie beside its routes."""
    return Prompts(tenant, disk.at_folder(folder, tenant).path.with_name(f"prompts-{tenant}.json"))


def _named(route: Route) -> list[str]:
    arms = (*route.arms, *filter(None, (route.default,))) if route.kind == _KIND else ()
    return list(dict.fromkeys(arm.version_id for arm in arms))
