"""Where a prompt version becomes an artifact, and an artifact a prompt version again."""

import polars as pl
from pydantic import ValidationError

from trainer.trainers import archive
from trainer.trainers.archive import Contents
from trainer.trainers.chat import index
from trainer.trainers.chat.answering import Prompter
from trainer.trainers.chat.parameters import ChatParameters
from trainer.trainers.chat.prompt import Example
from trainer.trainers.chat.written import WrittenPrompt
from trainer.trainers.kind import UnreadableArtifact

FORMAT = "ratchet.chat.few_shot/1"
WRITTEN = "ratchet.chat.prompt/1"


def dump(prompter: Prompter) -> bytes:
    """The artifact of a prompt version; equal versions give equal bytes."""
    facts, arrays = index.stored(prompter.index)
    told = {
        "parameters": prompter.parameters.model_dump(mode="json"),
        "prompt": prompter.prompt,
        "chosen": list(prompter.chosen),
        "examples": [[example.input, example.output] for example in prompter.examples],
        "index": facts,
    }
    return archive.pack(Contents(FORMAT, told, arrays))


def dump_written(text: str) -> bytes:
    """The artifact of a prompt that a person wrote; the same text gives the same bytes."""
    return archive.pack(Contents(WRITTEN, {"prompt": text}))


def load(artifact: bytes) -> Prompter | WrittenPrompt:
    """The prompt version of an artifact; raises `UnreadableArtifact`."""
    contents = archive.unpack(artifact, FORMAT, WRITTEN)
    try:
        return WrittenPrompt(_text(contents)) if contents.format == WRITTEN else _restored(contents)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, ValidationError) as error:
        raise UnreadableArtifact(f"The artifact does not hold a prompt: {error}.") from error


def table(artifact: bytes) -> pl.DataFrame:
    """The examples of the prompt in their order: `place`, `input`, `output`, `tokens`; raises `UnreadableArtifact`."""
    picked = load(artifact).picked
    return pl.DataFrame(
        {
            "place": range(1, len(picked) + 1),
            "input": [example.input for example in picked],
            "output": [example.output for example in picked],
            "tokens": [example.tokens for example in picked],
        },
        schema={"place": pl.Int64, "input": pl.String, "output": pl.String, "tokens": pl.Int64},
    )


def _text(contents: Contents) -> str:
    text = contents.facts["prompt"]
    if not isinstance(text, str) or not text:
        raise ValueError("its text is missing")
    return text


def _restored(contents: Contents) -> Prompter:
    facts = contents.facts
    examples = tuple(Example(asked, said) for asked, said in facts["examples"])
    found = index.restored(facts["index"], contents.arrays)
    chosen = tuple(int(place) for place in facts["chosen"])
    if found.questions.shape[0] != len(examples) or not examples:
        raise ValueError(f"{len(examples)} examples do not fit an index of {found.questions.shape[0]} questions")
    if any(not 0 <= place < len(examples) for place in chosen):
        raise ValueError("an example of the prompt is not there")
    return Prompter(ChatParameters.model_validate(facts["parameters"]), examples, chosen, found)
