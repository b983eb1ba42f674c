"""Where the story of a delivery is drawn: what is sent, and what came of each try."""

from rich.console import Group
from rich.text import Text

from contracts.api.webhook import DeliveryStory
from ratchet.cli.output import record, table

_SHOWN = 2000


def draw(story: DeliveryStory) -> Group:
    """Draw a delivery, its body and its tries."""
    body = story.body if len(story.body) <= _SHOWN else f"{story.body[:_SHOWN]}…"
    tries = table(story.story, "at", "response_status", "latency_ms", "error", "response_start")
    return Group(record(story, "body", "story"), Text(), Text(body, style="dim"), Text(), tries)
