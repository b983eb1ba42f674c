"""Where the kind `forecast` and a model of statsforecast forecast the same series in the same run."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bench import report
from bench.training import reference
from bench.training.accuracy import Accuracy, measured
from bench.training.children import Failed
from bench.training.forecasts import Made, forecasts
from bench.training.series import Collection
from bench.training.table import Bar, Figure, Row, skipped

SHORT = {"DynamicOptimizedTheta": "DOTM"}
"""Dynamic optimised theta method, as its authors abbreviate it."""


@dataclass(frozen=True)
class Pair:
    """Both forecasts of one collection, measured; a side that could not be run is None, and `why` says why."""

    collection: Collection
    model: str
    lag: int = 1
    ours: Made | None = None
    theirs: Made | None = None
    why: str = ""

    @property
    def shown(self) -> str:
        """Their name, short enough for a table."""
        return f"{SHORT.get(self.model, self.model)} of statsforecast"

    def accuracy(self, made: Made | None) -> Accuracy | None:
        """Give how good a side's forecasts are."""
        if made is None:
            return None
        return measured(self.collection, made.forecasts, self.lag)

    def row(self, measure: str, wanted: float | None = None, words: str = "") -> Row:
        """Give the line of one measure; `wanted` is the highest of its absolute values that meets the bar.

        Without a number ours is asked to be at most theirs, unless `words` are empty.
        """
        our, their = (self._value(made, measure) for made in (self.ours, self.theirs))
        if our is None:
            return skipped(self.collection.name, self.why)
        limit = their if wanted is None else wanted
        met = None if limit is None else abs(our) <= abs(limit)
        theirs = None if their is None else Figure(self.shown, their)
        return Row(self.collection.name, measure, theirs, Figure("forecast", our), Bar(words, met) if words else None)

    def costs(self, share: float | None = None) -> Row:
        """Give the line of what both took; `share` is the most of their time that ours may take."""
        if self.ours is None:
            return skipped(self.collection.name, self.why)
        theirs = self.theirs and _cost(self.shown, self.theirs)
        part = self.theirs and self.ours.seconds / self.theirs.seconds
        bar = Bar(f"at most {share} of its time", part <= share) if share and part else None
        return Row(self.collection.name, "wall, CPU, memory", theirs or None, _cost("forecast", self.ours), bar)

    def _value(self, made: Made | None, measure: str) -> float | None:
        accuracy = self.accuracy(made)
        return None if accuracy is None else float(getattr(accuracy, measure.lower()))


def pair(collection: Collection, model: str, lag: int = 1, every: int = 1) -> Pair:
    """Run both sides, one after the other; theirs on one in `every` series, on which both are then measured."""
    found = _run(collection, model, lag, every)
    sides = (f"{name} {made.seconds:.1f} s" for name, made in (("forecast", found.ours), (model, found.theirs)) if made)
    report.say(f"{collection.name}: {', '.join(sides)} {found.why}")
    return found


def _run(collection: Collection, model: str, lag: int, every: int) -> Pair:
    found = Pair(collection, model, lag)
    try:
        found = replace(found, ours=forecasts(collection))
    except Failed as failure:
        return replace(found, why=f"the training failed: {failure}")
    try:
        theirs = reference.forecasts(collection.part(every), model)
    except (Failed, reference.NotInstalled) as failure:
        report.say(f"{model} is left out: {failure}")
        return found
    return replace(found, theirs=theirs) if every == 1 else _thinned(replace(found, theirs=theirs), every)


def _thinned(found: Pair, every: int) -> Pair:
    """Measure both on the same few series; what theirs cost says nothing then."""
    ours, theirs = found.ours, found.theirs
    if ours is None or theirs is None:
        return found
    few = replace(ours, forecasts=ours.forecasts[::every])
    return replace(found, collection=found.collection.part(every), ours=few)


def within(found: Pair, most: tuple[float, float]) -> Iterator[Row]:
    """Give the lines of our time and memory against limits in seconds and MB."""
    if found.ours is None:
        return
    seconds, peak = found.ours.seconds, found.ours.peak
    ours = Figure("forecast", f"{seconds:.1f} s (CPU {found.ours.cpu:.1f} s)")
    yield Row(found.collection.name, "time", None, ours, Bar(f"at most {most[0]:.0f} s", seconds <= most[0]))
    memory = Figure("forecast", f"{peak:,.0f} MB")
    yield Row(found.collection.name, "memory", None, memory, Bar(f"at most {most[1]:,.0f} MB", peak <= most[1]))


def _cost(name: str, made: Made) -> Figure:
    """What one side took, as words; the seconds of the wall again as a number, for the ratio."""
    words = f"{made.seconds:.1f} s, {made.cpu:.1f} s, {made.peak:,.0f} MB"
    return Figure(name, words, made.seconds)
