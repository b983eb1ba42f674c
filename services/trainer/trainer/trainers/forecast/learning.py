"""Where models of all series are learnt and candidates are asked, with what a training wants and may use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trainer.trainers.forecast import boosting, candidates
from trainer.trainers.forecast.boosting import Boosted
from trainer.trainers.forecast.history import History
from trainer.trainers.forecast.lessons import Lesson, Settings
from trainer.trainers.forecast.methods.panel import Flags, Floats
from trainer.trainers.forecast.segments import Segments
from trainer.trainers.kind import Workshop

LEAST_SHARE = 0.3
"""The least share of the rows wanted that a model asks for, however few of the series it is for."""


Models = Mapping[str, Sequence[Boosted]]
"""For each target the models that are averaged."""


@dataclass(frozen=True)
class Learner:
    """How far ahead is forecast, by which methods, from how many rows; the seed; who does the work and is told.

    `settings`: for each target those of the models that are averaged. `stage`: the part of the
    training's progress that is being made, from and to, and its name.
    """

    horizon: int
    method: str
    most_rows: int
    seed: int
    workshop: Workshop
    settings: Mapping[str, tuple[Settings, ...]]
    stage: tuple[float, float, str] = (0.0, 1.0, "")

    def say(self, share: float, message: str) -> None:
        """Report that a share of this stage is done."""
        start, end, step = self.stage
        self.workshop.report.progress(start + (end - start) * share, step, message)

    def learn(self, past: History, segments: Segments, wanted: Mapping[str, Sequence[str]]) -> Models:
        """The models of all series that are candidates of a segment, where there is enough to learn from."""
        rows = {target: self._using(target, segments, wanted) for target in candidates.BOOSTED}
        shares = {target: max(LEAST_SHARE, float(flags.mean())) for target, flags in rows.items() if flags.any()}
        most = {target: int(self.most_rows * share / max(1, sum(shares.values()))) for target, share in shares.items()}
        lessons = [
            Lesson(past, rows[target], target, self.horizon, most[target], self.seed + member, settings)
            for target in shares
            for member, settings in enumerate(self.settings[target])
        ]
        lessons = [lesson for lesson in lessons if lesson.teaches]
        named = ", ".join(dict.fromkeys(lesson.target for lesson in lessons)) or "too few rows"
        self.say(0.0, f"learning from {past.panel.series} series: {named}")
        made = list(zip(lessons, self.workshop.spread(boosting.fit, lessons), strict=True))
        targets = dict.fromkeys(lesson.target for lesson in lessons)
        return {target: [model for lesson, model in made if lesson.target == target] for target in targets}

    @staticmethod
    def _using(target: str, segments: Segments, wanted: Mapping[str, Sequence[str]]) -> Flags:
        places = [segments.names.index(name) for name, names in wanted.items() if target in names]
        return np.isin(segments.of_series, places)

    def forecast(self, names: Sequence[str], past: History, models: Models) -> dict[str, Floats]:
        """What candidates forecast for series, (series, horizon) each, in the unit of the panel."""
        plain = [name for name in names if name not in candidates.BOOSTED]
        rows = np.arange(past.panel.series)
        classical = candidates.classical(plain, past, rows, self.horizon, self.workshop.spread)
        made = dict(zip(plain, classical, strict=True))
        return made | {name: self._averaged(models[name], past) for name in names if name in models}

    def _averaged(self, members: Sequence[Boosted], past: History) -> Floats:
        made = np.stack([boosting.forecast(member, past, self.horizon) for member in members])
        return made.mean(axis=0, dtype=np.float32)


def can(name: str, models: Models) -> bool:
    """Whether a candidate can be asked: a classical one always, a model of all series if it was learnt."""
    return name not in candidates.BOOSTED or name in models
