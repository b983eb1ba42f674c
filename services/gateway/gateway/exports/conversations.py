"""Where examples become conversations in the chat format in which models are fine-tuned, each of them checked."""

from typing import Any, cast

import orjson

from contracts.api.export import ExportedExample

_ROLES = ("system", "developer", "user", "assistant")
_LONGEST = 1_000_000
Turn = dict[str, str]


class Unfit(Exception):
    """The example is no conversation; the text says why."""


def conversation(example: ExportedExample) -> bytes:
    """Write an example as a line: what was asked, and the expected output as the answer; raises `Unfit`."""
    turns = [*_asked(example), {"role": "assistant", "content": _answer(example.expected_output)}]
    if sum(len(turn["content"]) for turn in turns) > _LONGEST:
        raise Unfit(f"it is longer than {_LONGEST:,} characters")
    return orjson.dumps({"messages": turns}) + b"\n"


def _asked(example: ExportedExample) -> list[Turn]:
    if isinstance(example.input, dict) and "messages" in example.input:
        turns = [_turn(each) for each in _listed(cast("dict[str, object]", example.input)["messages"])]
        if turns[-1]["role"] == "assistant":
            raise Unfit("its messages end with an answer")
        return turns
    if example.text is None:
        raise Unfit("its input has no text and no messages")
    return [{"role": "user", "content": example.text}]


def _listed(messages: object) -> list[object]:
    if not isinstance(messages, list) or not messages:
        raise Unfit("its messages are no list")
    return cast("list[object]", messages)


def _turn(message: object) -> Turn:
    turn = cast("dict[str, Any]", message) if isinstance(message, dict) else {}
    role, content = turn.get("role"), turn.get("content")
    if role not in _ROLES:
        raise Unfit(f"a message's role is none of {', '.join(_ROLES)}")
    if not isinstance(content, str) or not content.strip():
        raise Unfit("a message has no text")
    return {"role": role, "content": content}


def _answer(expected: object) -> str:
    members = cast("dict[str, object]", expected) if isinstance(expected, dict) else {"text": expected}
    for name in ("text", "label", "content"):
        only = members.get(name)
        if len(members) == 1 and isinstance(only, str):
            if not only.strip():
                raise Unfit("its expected output is empty")
            return only
    return orjson.dumps(expected).decode()
