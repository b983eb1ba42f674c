"""Where conversations are read: from rows of a table, and from the inputs of a prediction."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

Turn = dict[str, str]

ROLES = {"user": "user", "human": "user", "assistant": "assistant", "ai": "assistant", "model": "assistant"}
SYSTEMS = frozenset({"system", "developer"})


class UnreadableConversation(Exception):
    """What was given is not a list of turns with `role` and `content`; the message says what is wrong with it."""


def turns(given: object) -> list[Turn]:
    """The turns of a conversation in chat format, `{"role", "content"}`: a list, or JSON that holds one.

    An object with `messages` is read as these; parts of a content as its text. Roles become `system`, `user` and
    `assistant`; turns of other roles (tools) and empty ones are left out. Raises `UnreadableConversation`.
    """
    listed = _opened(_parsed(given) if isinstance(given, str) else given)
    read = [_turn(place, turn) for place, turn in enumerate(listed)]
    return [turn for turn in read if turn is not None]


def lesson(conversation: Sequence[Turn]) -> tuple[str, str] | None:
    """The last question of a conversation with its answer, as `(input, output)`; None if it has none.

    What came before the question is not part of the input, for an example of the prompt stands alone.
    """
    for place in range(len(conversation) - 1, 0, -1):
        question, answer = conversation[place - 1], conversation[place]
        if answer["role"] == "assistant" and question["role"] == "user":
            return question["content"], answer["content"]
    return None


def question(conversation: Sequence[Turn]) -> str | None:
    """What the user said last; None if nothing."""
    return next((turn["content"] for turn in reversed(conversation) if turn["role"] == "user"), None)


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise UnreadableConversation("is not JSON") from error


def _opened(given: object) -> Sequence[object]:
    if isinstance(given, Mapping):
        given = cast("Mapping[str, object]", given).get("messages")
    if not isinstance(given, list | tuple):
        raise UnreadableConversation("must be a list of turns with 'role' and 'content'")
    return cast("Sequence[object]", given)


def _turn(place: int, given: object) -> Turn | None:
    if not isinstance(given, Mapping):
        raise UnreadableConversation(f"turn {place} is not an object with 'role' and 'content'")
    turn = cast("Mapping[str, Any]", given)
    named = turn.get("role")
    if not isinstance(named, str):
        raise UnreadableConversation(f"turn {place} has no 'role'")
    role = "system" if named.strip().lower() in SYSTEMS else ROLES.get(named.strip().lower())
    content = _content(turn.get("content"))
    return {"role": role, "content": content} if role and content.strip() else None


def _content(given: object) -> str:
    """A content is a text, or a list of parts of which some have text."""
    if isinstance(given, str):
        return given
    if not isinstance(given, list | tuple):
        return ""
    parts = cast("Sequence[object]", given)
    texts = [part if isinstance(part, str) else _part(part) for part in parts]
    return "\n".join(text for text in texts if text)


def _part(given: object) -> str:
    text = cast("Mapping[str, object]", given).get("text") if isinstance(given, Mapping) else None
    return text if isinstance(text, str) else ""
