"""Where texts are found that nearly repeat another: edited in case, punctuation, a letter, or one word of fifteen.

Two normalised texts are near if they share 70 % of their runs of five characters (Jaccard similarity). Candidates come
from 64 MinHash values of the beginning of a text (Broder, 1997) in 16 bands of 4 (Leskovec, Rajaraman, Ullman: Mining
of Massive Datasets, 3rd edition, section 3.4), which finds a pair at .7 with probability .988 and one at .8 with
.9998; each is then compared exactly. In short texts, where five characters are much, any change makes a different text.
Nothing here is random: equal texts give equal answers on every machine.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

RUN = 5
NEAR = 0.7
BANDS, ROWS_OF_BAND = 16, 4
HASHES = BANDS * ROWS_OF_BAND
SKETCHED, COMPARED = 1_000, 20_000
TRIED_IN_BAND = 3
CHARACTERS_AT_ONCE = 1_000_000
PAIRS_AT_ONCE = 50_000
COLUMNS = 2**31 - 1

Counts = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Found = NDArray[np.bool_]


def normalised(texts: pl.Series) -> pl.Series:
    """Texts as they are compared: Unicode NFKC, lower case, every run of other than letters and digits one space."""
    folded = texts.cast(pl.String).str.normalize("NFKC").str.to_lowercase()
    return folded.str.replace_all(r"[^\p{L}\p{M}\p{N}]+", " ").str.strip_chars()


def near(texts: pl.Series, others: pl.Series) -> pl.Series:
    """For each of the texts, whether one of the others is the same or nearly the same; blank texts never are."""
    mine, theirs = _Texts.of(texts), _Texts.of(others)
    found = np.zeros(len(mine), np.bool_)
    if len(mine) and len(theirs):
        for suspects, counterparts in _candidates(mine.bands(), theirs.bands(), found):
            found[suspects] |= _similarity(mine, theirs, suspects, counterparts) >= NEAR
    return pl.Series(found & mine.filled, dtype=pl.Boolean)


@dataclass(frozen=True)
class _Texts:
    """Normalised texts with a space on either side, and whether there is anything between."""

    padded: pl.Series
    filled: Found

    @staticmethod
    def of(texts: pl.Series) -> "_Texts":
        clean = normalised(texts).fill_null("").str.slice(0, COMPARED)
        return _Texts((" " + clean + " ").str.pad_end(RUN), (clean.str.len_chars() > 0).to_numpy())

    def __len__(self) -> int:
        return len(self.padded)

    def bands(self) -> Hashes:
        """One number for each text and band, of shape (texts, bands)."""
        beginnings = self.padded.str.slice(0, SKETCHED)
        return np.concatenate([_bands(_smallest(*_runs(beginnings[part]))) for part in _portions(beginnings)])

    def runs(self, rows: Counts) -> csr_array:
        """Which runs the texts in these rows have, as ones in a sparse matrix."""
        hashes, lengths = _runs(self.padded[rows])
        columns = (hashes % COLUMNS).astype(np.int32)
        ends = np.concatenate([[0], np.cumsum(lengths)])
        matrix = csr_array((np.ones(len(columns), np.float32), columns, ends), shape=(len(rows), COLUMNS))
        matrix.sum_duplicates()
        matrix.data[:] = 1
        return matrix


def _portions(texts: pl.Series) -> Iterator[slice]:
    """Slices of about a million characters each."""
    ends = texts.str.len_chars().cum_sum().to_numpy()
    start = 0
    while start < len(ends):
        before = ends[start - 1] if start else 0
        end = max(start + 1, int(np.searchsorted(ends, before + CHARACTERS_AT_ONCE)))
        yield slice(start, end)
        start = end


def _runs(texts: pl.Series) -> tuple[Hashes, Counts]:
    """Hashes of the runs of all texts, one text after another, and how many each text has (at least one)."""
    characters = np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32).astype(np.uint64)
    sizes = texts.str.len_chars().to_numpy().astype(np.int64)
    of_windows = np.zeros(max(0, len(characters) - RUN + 1), np.uint64)
    for place in range(RUN):
        of_windows = _mixed(of_windows ^ characters[place : place + len(of_windows)])
    inside = np.ones(len(of_windows), np.bool_)
    borders = np.cumsum(sizes)[:-1]
    inside[(borders[:, None] - np.arange(1, RUN)).ravel()] = False
    return of_windows[inside], sizes - RUN + 1


def _mixed(numbers: Hashes) -> Hashes:
    """The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014)."""
    numbers = (numbers + np.uint64(0x9E3779B97F4A7C15)) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


def _smallest(hashes: Hashes, lengths: Counts) -> NDArray[np.uint32]:
    """The smallest value of each hash function over the runs of each text, of shape (texts, hash functions)."""
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    runs = (hashes >> np.uint64(32)).astype(np.uint32)
    factors = _mixed(np.arange(2 * HASHES, dtype=np.uint64)).astype(np.uint32)
    smallest = np.empty((len(lengths), HASHES), np.uint32)
    for place in range(HASHES):
        shuffled = (runs ^ factors[2 * place]) * (factors[2 * place + 1] | np.uint32(1))
        smallest[:, place] = np.minimum.reduceat(shuffled ^ (shuffled >> np.uint32(15)), starts)
    return smallest


def _bands(smallest: NDArray[np.uint32]) -> Hashes:
    parts = smallest.reshape(len(smallest), BANDS, ROWS_OF_BAND).astype(np.uint64)
    together = np.zeros(parts.shape[:2], np.uint64)
    for place in range(ROWS_OF_BAND):
        together = _mixed(together ^ parts[:, :, place])
    return together


def _candidates(mine: Hashes, theirs: Hashes, found: Found) -> Iterator[tuple[Counts, Counts]]:
    """Pairs of rows that agree in a band, a few counterparts a row, for rows that `found` does not yet hold."""
    for band in range(BANDS):
        order = np.argsort(theirs[:, band], kind="stable")
        sought = theirs[order, band]
        first = np.searchsorted(sought, mine[:, band])
        for tried in range(TRIED_IN_BAND):
            place = np.minimum(first + tried, len(sought) - 1)
            agree = (sought[place] == mine[:, band]) & (first + tried < len(sought)) & ~found
            rows = np.flatnonzero(agree)
            for start in range(0, len(rows), PAIRS_AT_ONCE):
                part = rows[start : start + PAIRS_AT_ONCE]
                yield part, order[place[part]]


def _similarity(mine: _Texts, theirs: _Texts, rows: Counts, counterparts: Counts) -> NDArray[np.float64]:
    """The Jaccard similarity of pairs of texts."""
    left, right = mine.runs(rows), theirs.runs(counterparts)
    shared = np.asarray(left.multiply(right).sum(axis=1)).ravel()
    sizes: Sequence[Counts] = [np.diff(each.indptr) for each in (left, right)]
    return shared / (sizes[0] + sizes[1] - shared)
