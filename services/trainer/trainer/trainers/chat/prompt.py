"""Where instructions and examples are put together, as the text of a prompt and as turns of a conversation."""

from collections.abc import Sequence
from dataclasses import dataclass

from trainer.trainers.chat import tokens
from trainer.trainers.chat.conversations import Turn

HEADING = "\n\nExamples of questions with good answers:"
LONGEST = 200_000


@dataclass(frozen=True)
class Example:
    """A question with its ideal answer."""

    input: str
    output: str

    @property
    def tokens(self) -> int:
        """The estimated tokens of the example, in a prompt or as two turns, whichever takes more."""
        return max(tokens.estimate(_written(self)), tokens.of_turn(self.input) + tokens.of_turn(self.output)) + 1

    @property
    def length(self) -> int:
        """How many characters it takes in a prompt."""
        return len(_written(self))


def fixed_tokens(system: str) -> int:
    """The estimated tokens of a prompt without examples."""
    return tokens.of_turn(system + HEADING)


def text(system: str, examples: Sequence[Example]) -> str:
    """The prompt as one text: what a person edits, and what a model gets as its instructions."""
    if not examples:
        return system
    return system + HEADING + "".join(_written(example) for example in examples)


def turns(system: str, examples: Sequence[Example]) -> list[Turn]:
    """The prompt as the beginning of a conversation: instructions, then each example as question and answer."""
    said: list[Turn] = [{"role": "system", "content": system}]
    for example in examples:
        said += [{"role": "user", "content": example.input}, {"role": "assistant", "content": example.output}]
    return said


def _written(example: Example) -> str:
    return f"\n\nQuestion: {example.input.strip()}\nAnswer: {example.output.strip()}"
