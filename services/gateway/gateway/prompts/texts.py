"""Where the texts of prompts are kept that applications ask for; as they never change, each is asked for once."""

from collections import OrderedDict

from nats.aio.client import Client

from chassis.rpc.asking import ask
from chassis.rpc.caller import Caller
from contracts.api.prompt import ServedPrompt
from contracts.commands.prompts import GetPromptOfVersion
from contracts.event import Cause

MOST_CHARACTERS = 20_000_000


class Texts:
    """The prompts that were asked for last, as many as fit."""

    def __init__(self, connection: Client, most_characters: int = MOST_CHARACTERS) -> None:
        self._connection = connection
        self._room = most_characters
        self._kept: OrderedDict[tuple[str, str], ServedPrompt] = OrderedDict()

    async def get(self, tenant: str, version_id: str) -> ServedPrompt:
        """Give the prompt that a version of a tenant is; raises `UnknownPrompt`, or `Unavailable` if it is not kept."""
        key = (tenant, version_id)
        if kept := self._kept.get(key):
            self._kept.move_to_end(key)
            return kept
        prompt = await ask(
            self._connection, GetPromptOfVersion(version_id=version_id), Caller(tenant, Cause("ratchet"))
        )
        self._keep(key, prompt)
        return prompt

    def _keep(self, key: tuple[str, str], prompt: ServedPrompt) -> None:
        if key in self._kept:
            return
        self._kept[key] = prompt
        self._room -= len(prompt.text)
        while self._room < 0:
            _, dropped = self._kept.popitem(last=False)
            self._room += len(dropped.text)
