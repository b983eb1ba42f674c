"""Where the sample tenant's support tickets come from: phrases put together, misspelt and mixed up by a fixed seed.

`python -m ratchet.sample.generate` writes `tickets.csv` beside this file again, byte for byte.
"""

import csv
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from random import Random

SEED = 20260101
TICKETS = 4_000
HERE = Path(__file__).parent
NEIGHBOURS = {"a": "s", "e": "r", "i": "o", "n": "m", "o": "p", "r": "t", "s": "d", "t": "y", "c": "v", "l": "k"}
CONFUSED = {
    "billing": "refund",
    "refund": "billing",
    "bug": "login",
    "login": "account_change",
    "shipping": "refund",
    "cancellation": "billing",
    "account_change": "login",
    "feature_request": "bug",
    "praise": "feature_request",
}
MISLABELLED, MIXED, OPENED, CLOSED, MISSPELT, LOWERED = 0.03, 0.06, 0.5, 0.5, 0.45, 0.3
ASIDES = (0.65, 0.28, 0.07)
STEEPNESS = 1.5

Phrases = dict[str, list[str]]


def main() -> None:
    """Write the tickets."""
    with (HERE / "tickets.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("text", "category"))
        writer.writerows(tickets(Random(SEED), TICKETS))


def tickets(random: Random, wanted: int) -> list[tuple[str, str]]:
    """So many tickets (text, category), no text twice."""
    source = tomllib.loads((HERE / "phrases.toml").read_text(encoding="utf-8"))
    shares: dict[str, float] = source.pop("shares")
    slots: Phrases = source.pop("slots")
    phrases: Phrases = {part: entry["phrases"] for part, entry in source.items()}
    found: dict[str, str] = {}
    while len(found) < wanted:
        category = random.choices(list(shares), list(shares.values()))[0]
        text = _written(random, _filled(random, _composed(random, phrases, category), slots))
        found.setdefault(text, CONFUSED[category] if random.random() < MISLABELLED else category)
    return list(found.items())


def _composed(random: Random, phrases: Phrases, category: str) -> str:
    """An issue with what is said in passing around it; now and then a second issue, which the label ignores."""
    asides = random.sample(phrases["aside"], random.choices(range(len(ASIDES)), ASIDES)[0])
    if random.random() < MIXED:
        asides.append(_issue(random, phrases[CONFUSED[category]]))
    sentences = [_issue(random, phrases[category]), *asides]
    random.shuffle(sentences)
    opening = [random.choice(phrases["opening"])] if random.random() < OPENED else []
    closing = [random.choice(phrases["closing"])] if random.random() < CLOSED else []
    return " ".join((*opening, *sentences, *closing))


def _issue(random: Random, issues: list[str]) -> str:
    """The first issues are said often, the last ones seldom (Zipf)."""
    return random.choices(issues, [1 / (rank + 1) ** STEEPNESS for rank in range(len(issues))])[0]


def _filled(random: Random, text: str, slots: Phrases) -> str:
    filled = re.sub(r"\{(\w+)\}", lambda slot: random.choice(slots[slot[1]]), text)
    return re.sub(r"(?<=[.!?] )[a-z]|^[a-z]", lambda first: first[0].upper(), filled)


def _written(random: Random, text: str) -> str:
    if random.random() < LOWERED:
        text = text.lower()
    if random.random() < MISSPELT:
        for _ in range(random.randint(1, 1 + len(text) // 40)):
            text = random.choice(SLIPS)(random, text)
    return text


def _swap(random: Random, text: str) -> str:
    at = random.randrange(1, len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _drop(random: Random, text: str) -> str:
    at = random.randrange(len(text))
    return text[:at] + text[at + 1 :]


def _double(random: Random, text: str) -> str:
    at = random.randrange(len(text))
    return text[:at] + text[at] + text[at:]


def _miss(random: Random, text: str) -> str:
    at = random.randrange(len(text))
    return text[:at] + NEIGHBOURS.get(text[at], text[at]) + text[at + 1 :]


def _join(random: Random, text: str) -> str:
    spaces = [at for at, letter in enumerate(text) if letter == " "]
    if not spaces:
        return text
    at = random.choice(spaces)
    return text[:at] + text[at + 1 :]


SLIPS: tuple[Callable[[Random, str], str], ...] = (_swap, _drop, _double, _miss, _join)

if __name__ == "__main__":
    main()
