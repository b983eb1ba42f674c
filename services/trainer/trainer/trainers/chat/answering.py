"""Where a prompt version answers: with the nearest known answer, and with the conversation for a model of one's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.trainers.archive import Floats
from trainer.trainers.chat import choosing, conversations, prompt, tokens
from trainer.trainers.chat.conversations import Turn, UnreadableConversation
from trainer.trainers.chat.index import Index
from trainer.trainers.chat.parameters import ChatParameters
from trainer.trainers.chat.prompt import Example
from trainer.trainers.kind import UnusableInput

LOOKED_AT = 4
RESEMBLING = 0.1


@dataclass(frozen=True)
class Prompter:
    """All known examples with the index of their questions, and the places of those chosen for the prompt."""

    parameters: ChatParameters
    examples: tuple[Example, ...]
    chosen: tuple[int, ...]
    index: Index

    @property
    def picked(self) -> list[Example]:
        """The examples of the prompt, in their order."""
        return [self.examples[place] for place in self.chosen]

    @property
    def prompt(self) -> str:
        """The prompt as one text, at most 200,000 characters."""
        return prompt.text(self.parameters.system, self.picked)

    def predict(self, inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Answer inputs `{"text": …}` or `{"messages": […]}`.

        `text` is the answer to the most similar known question and `confidence` that similarity (0 to 1; at 0 nothing
        is alike). `messages` is the conversation to send to a language model: instructions, examples and what was
        given, about `tokens` tokens; `prompt` is the first two as one text. Raises `UnusableInput` if nothing is asked.
        """
        given = [conversation(position, each) for position, each in enumerate(inputs)]
        asked = [conversations.question(said) or "" for said in given]
        looked_at = self.parameters.examples * LOOKED_AT if self.parameters.dynamic else 1
        nearest = self.index.nearest(asked, looked_at)
        return [self._answer(said, near) for said, near in zip(given, nearest, strict=True)]

    def _answer(self, given: Sequence[Turn], nearest: tuple[NDArray[np.int64], Floats]) -> dict[str, Any]:
        rows, similarities = nearest
        examples = self._nearest(rows, similarities) if self.parameters.dynamic else self.picked
        messages = [*prompt.turns(self.parameters.system, examples), *given]
        return {
            "text": self.examples[rows[0]].output,
            "confidence": round(float(similarities[0]), 6),
            "messages": messages,
            "prompt": prompt.text(self.parameters.system, examples),
            "tokens": sum(tokens.of_turn(turn["content"]) for turn in messages),
        }

    def _nearest(self, rows: NDArray[np.int64], similarities: Floats) -> list[Example]:
        """The examples whose questions resemble this one, the nearest first; those of the prompt if none does."""
        alike = dict.fromkeys(
            self.examples[row] for row, near in zip(rows, similarities, strict=True) if near >= RESEMBLING
        )
        return choosing.fitting(list(alike), self.parameters) or self.picked


def conversation(position: int, given: dict[str, Any]) -> list[Turn]:
    """The conversation that an input asks to go on with; raises `UnusableInput`."""
    if given.get("messages") is None:
        text = given.get("text")
        if not isinstance(text, str) or not text.strip():
            raise UnusableInput(f"inputs[{position}].text: a text with at least one character is needed, or messages")
        return [{"role": "user", "content": text}]
    try:
        said = conversations.turns(given["messages"])
    except UnreadableConversation as wrong:
        raise UnusableInput(f"inputs[{position}].messages: {wrong}") from wrong
    if conversations.question(said) is None:
        raise UnusableInput(f"inputs[{position}].messages: the user has said nothing")
    return said
