"""Where the examples of a prompt are chosen: good, typical, different from one another, and within a budget.

Maximal marginal relevance (Carbonell, Goldstein, SIGIR 1998): the next example is the one whose worth, less its
similarity to the nearest one chosen already, is highest. Worth is quality times how typical the question is, the cosine
of its features with the mean of all. What nearly repeats a chosen question, or does not fit the rest of the budget, is
passed over.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.trainers.archive import Floats
from trainer.trainers.chat import prompt
from trainer.trainers.chat.index import HALVES, Index
from trainer.trainers.chat.parameters import ChatParameters
from trainer.trainers.chat.prompt import Example
from trainer.trainers.kind import UnfitTrainingRows

REPEATED = 0.85


@dataclass
class _Budget:
    """What is left for further examples."""

    tokens: int
    characters: int

    def fits(self, sizes: "_Sizes") -> NDArray[np.bool_]:
        return (sizes.tokens <= self.tokens) & (sizes.characters <= self.characters)


@dataclass(frozen=True)
class _Sizes:
    """How much each example would take."""

    tokens: NDArray[np.int64]
    characters: NDArray[np.int64]


def choose(index: Index, examples: Sequence[Example], quality: Floats, parameters: ChatParameters) -> list[int]:
    """The places of the chosen examples, in the order of choice; `quality` (0 to 1) is one for each.

    Raises `UnfitTrainingRows` if the instructions leave no room for a single example.
    """
    sizes = _sizes(examples)
    budget = _budget(parameters, sizes)
    worth = quality * _typical(index)
    likeness = np.zeros(len(examples), np.float32)
    open_ = np.ones(len(examples), np.bool_)
    chosen: list[int] = []
    while len(chosen) < parameters.examples:
        possible = open_ & budget.fits(sizes) & (likeness < REPEATED)
        if not possible.any():
            break
        score = (1 - parameters.diversity) * worth - parameters.diversity * likeness
        best = int(np.argmax(np.where(possible, score if chosen else worth, -np.inf)))
        chosen.append(best)
        open_[best] = False
        budget.tokens -= int(sizes.tokens[best])
        budget.characters -= int(sizes.characters[best])
        likeness = np.maximum(likeness, _likeness(index, best))
    return chosen


def fitting(examples: Sequence[Example], parameters: ChatParameters) -> list[Example]:
    """As many of these examples as the budget holds, in their order, at most as many as were asked for."""
    left = parameters.budget_tokens - prompt.fixed_tokens(parameters.system)
    kept: list[Example] = []
    for example in examples:
        if example.tokens <= left and len(kept) < parameters.examples:
            kept.append(example)
            left -= example.tokens
    return kept


def _sizes(examples: Sequence[Example]) -> _Sizes:
    tokens = np.array([example.tokens for example in examples], np.int64)
    return _Sizes(tokens, np.array([example.length for example in examples], np.int64))


def _budget(parameters: ChatParameters, sizes: _Sizes) -> _Budget:
    fixed = prompt.fixed_tokens(parameters.system)
    left = _Budget(parameters.budget_tokens - fixed, prompt.LONGEST - len(parameters.system) - len(prompt.HEADING))
    if not left.fits(sizes).any():
        raise UnfitTrainingRows(
            f"The budget of {parameters.budget_tokens} tokens holds no example: the instructions take about {fixed}, "
            f"the shortest example about {int(sizes.tokens.min())}."
        )
    return left


def _typical(index: Index) -> Floats:
    """The cosine of every question with the mean of all, from 0 to 1 for the most typical."""
    mean = np.asarray(index.questions.mean(axis=0), np.float32).ravel()
    cosine = np.asarray(index.questions @ mean, np.float32)
    highest = np.float32(cosine.max(initial=0))
    return cosine / highest if highest > 0 else np.ones(len(cosine), np.float32)


def _likeness(index: Index, place: int) -> Floats:
    row = np.asarray(index.questions[[place]].todense(), np.float32).ravel()
    return np.asarray(index.questions @ row, np.float32) / np.float32(HALVES)
