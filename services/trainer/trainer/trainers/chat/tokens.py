"""Where it is estimated how many tokens a text takes, without any model's tokenizer.

Four ASCII characters are one token, and so is every other character. English takes about that (OpenAI's rule of thumb);
other scripts take less than this with newer tokenizers, so a budget is kept rather than exceeded.
"""

import math

CHARACTERS_OF_TOKEN = 4
TOKENS_OF_TURN = 4
"""What a chat format adds to each turn for its role and borders."""


def estimate(text: str) -> int:
    """The estimated tokens of a text."""
    others = sum(character > "\x7f" for character in text) if not text.isascii() else 0
    return math.ceil((len(text) - others) / CHARACTERS_OF_TOKEN) + others


def of_turn(text: str) -> int:
    """The estimated tokens of a turn of a conversation with this text."""
    return estimate(text) + TOKENS_OF_TURN
