"""Where a prompt answers that a person wrote: with the conversation to send to a language model of one's own."""

from dataclasses import dataclass
from typing import Any

from trainer.trainers.chat import prompt, tokens
from trainer.trainers.chat.answering import conversation
from trainer.trainers.chat.conversations import Turn
from trainer.trainers.chat.prompt import Example


@dataclass(frozen=True)
class WrittenPrompt:
    """A text that holds no known answers."""

    text: str

    @property
    def picked(self) -> list[Example]:
        """The examples of the prompt: whatever there are belong to the text."""
        return []

    def predict(self, inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Answer inputs `{"text": …}` or `{"messages": …}` with `messages`, the conversation to send to a model.

        It begins with the prompt and takes about `tokens` tokens. `text` is None: no answer is known here. Raises
        `UnusableInput` if nothing is asked.
        """
        return [self._answer(conversation(position, each)) for position, each in enumerate(inputs)]

    def _answer(self, given: list[Turn]) -> dict[str, Any]:
        messages = [*prompt.turns(self.text, ()), *given]
        return {
            "text": None,
            "messages": messages,
            "tokens": sum(tokens.of_turn(turn["content"]) for turn in messages),
        }
