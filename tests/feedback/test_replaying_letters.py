"""Where it is tried that many broken messages can be handed in again at once."""

import asyncio

from contracts.commands.dead_letters import ReplayDeadLetter
from contracts.service import Service
from tests.feedback.running import Running, inference


async def test_more_letters_than_there_are_connections_are_replayed_at_once(feedback: Running) -> None:
    count = 2 * feedback.parts.settings.database_connections
    for _ in range(count):
        await feedback.send("inference", inference(task="later"))
    await feedback.settle()
    letters = await feedback.letters()
    feedback.registry.tasks["acme", "later"] = None
    await asyncio.sleep(1.1)  # until neither the missing task nor the rules of redaction are remembered

    replayed = await asyncio.gather(
        *(feedback.ask(ReplayDeadLetter(service=Service.FEEDBACK, dead_letter_id=each.id)) for each in letters)
    )

    assert len(replayed) == count
