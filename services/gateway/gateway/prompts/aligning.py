"""Where it is found which pieces of two sequences are the same, in a bounded number of steps.

Pieces that occur once on either side and in the same order are anchors (patience diff, Cohen 2003); between them the
fewest edits are looked for (Myers, Algorithmica 1, 1986, section 4). What would take too many steps is left unmatched.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

Pairs = list[tuple[int, int]]


@dataclass
class Budget:
    """How many steps are left; `exceeded` says that something was left unmatched for want of them."""

    steps: int
    exceeded: bool = False

    def take(self, steps: int) -> bool:
        """Use steps up, if there are as many."""
        if steps > self.steps:
            self.exceeded = True
            return False
        self.steps -= steps
        return True


@dataclass(frozen=True, slots=True)
class _Block:
    """A part of either sequence, from where to where."""

    a: int
    a_end: int
    b: int
    b_end: int


def align(first: Sequence[str], second: Sequence[str], budget: Budget) -> Pairs:
    """Give the places of pieces that are the same on both sides, in order."""
    numbers: dict[str, int] = {}
    a = [numbers.setdefault(piece, len(numbers)) for piece in first]
    b = [numbers.setdefault(piece, len(numbers)) for piece in second]
    found: Pairs = []
    waiting = [_Block(0, len(a), 0, len(b))]
    while waiting:
        block = _trimmed(a, b, waiting.pop(), found)
        if block.a == block.a_end or block.b == block.b_end:
            continue
        if not budget.take(block.a_end - block.a + block.b_end - block.b):
            break
        anchors = _anchors(a, b, block)
        found += anchors or _fewest_edits(a, b, block, budget)
        waiting += _between(anchors, block) if anchors else ()
    return sorted(found)


def _trimmed(a: list[int], b: list[int], block: _Block, found: Pairs) -> _Block:
    """Match what both sides begin and end with; give what is left."""
    start_a, start_b, end_a, end_b = block.a, block.b, block.a_end, block.b_end
    while start_a < end_a and start_b < end_b and a[start_a] == b[start_b]:
        found.append((start_a, start_b))
        start_a, start_b = start_a + 1, start_b + 1
    while start_a < end_a and start_b < end_b and a[end_a - 1] == b[end_b - 1]:
        end_a, end_b = end_a - 1, end_b - 1
        found.append((end_a, end_b))
    return _Block(start_a, end_a, start_b, end_b)


def _anchors(a: list[int], b: list[int], block: _Block) -> Pairs:
    """Match pieces that occur once on either side: the most of them that stand in the same order."""
    here, there = Counter(a[block.a : block.a_end]), Counter(b[block.b : block.b_end])
    places = {b[place]: place for place in range(block.b, block.b_end) if there[b[place]] == 1}
    once = [(place, places[a[place]]) for place in range(block.a, block.a_end) if _is_once(a[place], here, places)]
    return _rising(once)


def _is_once(piece: int, here: Counter[int], places: dict[int, int]) -> bool:
    return here[piece] == 1 and piece in places


def _rising(pairs: Pairs) -> Pairs:
    """The longest part of the pairs whose second places rise (Schensted, 1961)."""
    lowest: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(lowest, place)
        before.append(last[length - 1] if length else -1)
        lowest[length : length + 1] = [place]
        last[length : length + 1] = [number]
    chosen, number = list[tuple[int, int]](), last[-1] if last else -1
    while number >= 0:
        chosen.append(pairs[number])
        number = before[number]
    return chosen[::-1]


def _between(anchors: Pairs, block: _Block) -> list[_Block]:
    starts = [(block.a, block.b), *((place + 1, other + 1) for place, other in anchors)]
    ends = [*anchors, (block.a_end, block.b_end)]
    return [_Block(a, a_end, b, b_end) for (a, b), (a_end, b_end) in zip(starts, ends, strict=True)]


def _fewest_edits(a: list[int], b: list[int], block: _Block, budget: Budget) -> Pairs:
    """Match what the shortest way from one side to the other leaves alone; nothing if that takes too long to find."""
    here, there = a[block.a : block.a_end], b[block.b : block.b_end]
    reached, ways = {1: 0}, list[dict[int, int]]()
    for edits in range(len(here) + len(there) + 1):
        ways.append(dict(reached))
        for diagonal in range(-edits, edits + 1, 2):
            begin = _step(reached, diagonal, edits)
            end = reached[diagonal] = _slide(here, there, begin, begin - diagonal)
            if end >= len(here) and end - diagonal >= len(there):
                back = _walked_back(ways, len(here), len(there))
                return [(block.a + place, block.b + other) for place, other in back]
            if not budget.take(1 + end - begin):
                return []
    return []


def _step(reached: dict[int, int], diagonal: int, edits: int) -> int:
    is_down = _is_down(reached, diagonal, edits)
    return reached[diagonal + 1] if is_down else reached[diagonal - 1] + 1


def _is_down(reached: dict[int, int], diagonal: int, edits: int) -> bool:
    return diagonal == -edits or (diagonal != edits and reached[diagonal - 1] < reached[diagonal + 1])


def _slide(here: list[int], there: list[int], x: int, y: int) -> int:
    while x < len(here) and y < len(there) and here[x] == there[y]:
        x, y = x + 1, y + 1
    return x


def _walked_back(ways: list[dict[int, int]], x: int, y: int) -> Pairs:
    matched: Pairs = []
    for edits in range(len(ways) - 1, -1, -1):
        diagonal, begin = x - y, _step(ways[edits], x - y, edits)
        while x > begin:
            x, y = x - 1, y - 1
            matched.append((x, y))
        x, y = (x, y - 1) if _is_down(ways[edits], diagonal, edits) else (x - 1, y)
    return matched
