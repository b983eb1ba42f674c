"""Where an application answers with the version that serves, and what it answered is recorded."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from contracts import reporting
from contracts.api.prediction import NewPrediction, Predictions
from contracts.api.route import Resolution, Route
from contracts.errors import Conflict, DomainError, InvalidInput, TooSlow, Unavailable, UnknownTask
from contracts.routing import Reason
from ratchet.client import Client
from ratchet.predicting import kinds
from ratchet.predicting.kinds import Load, Model
from ratchet.predicting.models import Models, Wanted
from ratchet.predicting.shelf import Shelf
from ratchet.recorder import Recorder
from ratchet.resolver import Resolver
from ratchet.resolving import disk
from ratchet.wire.noun import filled


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where versions are kept on this machine (else in the user's cache), how many in memory, how they are loaded."""

    folder: Path | None = None
    most_models: int = 4
    find_kind: Callable[[str], Load | None] = kinds.find


@dataclass(frozen=True, slots=True)
class _Serving:
    version_id: str
    revision: int
    model: Model


_KEEPING = Keeping()


class Predictor:
    """Answers inputs of one task, by a model in this program where it can, by the gateway otherwise.

    With a resolver and a recorder, the version that the unit is assigned to is downloaded, loaded and asked here, and
    its answers are recorded, as if the gateway had given them. A new route is followed at once: what it names is loaded
    beforehand, in a thread. This needs the task's kind to be installed (package ``ratchet-trainer``, or one of your
    own) and a key that may read versions. Where any of that is missing, or nothing but a client is given, the gateway
    answers; its answers are the same, and recorded by itself.

    While neither is possible, the version that answered last goes on answering.
    """

    def __init__(
        self,
        task: str,
        client: Client | None = None,
        *,
        resolver: Resolver | None = None,
        recorder: Recorder | None = None,
        keeping: Keeping = _KEEPING,
    ) -> None:
        """Name the task; without a client, the gateway is found as by `Client`. Raises `InvalidInput`."""
        if resolver is not None and recorder is None:
            raise InvalidInput.at("recorder", "is needed beside a resolver: what is answered here is recorded by it")
        self.task = task
        self._client = client or Client()
        self._owned = None if client else self._client
        self._resolver = resolver
        self._recorder = recorder
        self._find_kind = keeping.find_kind
        folder = keeping.folder or disk.cache() / "versions"
        self._models = Models(Shelf(folder, self._client.versions.download), keeping.most_models)
        self._last: _Serving | None = None

    def predict(self, inputs: Sequence[str | dict[str, Any]], *, unit: str | None = None) -> Predictions:
        """Answer up to 1,000 inputs, texts or rows, by the version that the unit is assigned to.

        Raises `UnknownTask`, `NothingServes`, `InvalidInput`; and `Conflict` for a version that RATCHET_FORCE_<TASK>
        names and that cannot be loaded here.
        """
        rows = tuple({"text": each} if isinstance(each, str) else each for each in inputs)
        asked = filled(NewPrediction, inputs=rows, unit=unit)
        serving = self._serving(unit)
        if serving:
            return self._answer(asked, serving)
        try:
            return self._client.predictions.predict(self.task, rows, unit=unit)
        except (Unavailable, TooSlow):
            if self._last is None:
                raise
            return self._answer(asked, self._last)

    async def predict_async(self, inputs: Sequence[str | dict[str, Any]], *, unit: str | None = None) -> Predictions:
        """As `predict`, while other tasks go on."""
        return await asyncio.to_thread(self.predict, inputs, unit=unit)

    def start(self) -> Self:
        """Load what serves now, and from now on what is going to, before it is asked."""
        if self._resolver:
            self._resolver.on_change(self._prepare)
            route = self._resolver.route(self.task)
            if route:
                self._prepare(route)
        return self

    def close(self) -> None:
        """Stop loading; the resolver and the recorder are left to those who opened them."""
        self._models.close()
        if self._owned:
            self._owned.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _prepare(self, route: Route) -> None:
        load = self._find_kind(route.kind) if route.task == self.task else None
        if load:
            for arm in (each for each in route.arms if each.artifact):
                self._models.begin(Wanted(load, arm.version_id, arm.artifact))

    def _serving(self, unit: str | None) -> _Serving | None:
        """Give the version for a unit with its model; None where the gateway has to be asked."""
        resolver = self._resolver
        route = resolver.route(self.task) if resolver else None
        if resolver is None or route is None:
            return None
        resolution = _resolved(resolver, self.task, unit)
        model = self._model(route, resolution) if resolution else None
        if resolution and resolution.version_id and model:
            self._last = _Serving(resolution.version_id, resolution.revision, model)
            return self._last
        if resolution and resolution.reason == Reason.OVERRIDE:
            raise Conflict(
                f"Version {resolution.version_id}, which this program is told to use for '{self.task}', cannot be "
                "loaded here; and the gateway answers by the route.",
                task=self.task,
            )
        return None

    def _model(self, route: Route, resolution: Resolution) -> Model | None:
        load = self._find_kind(route.kind)
        digest = self._digest(resolution) if load else None
        if load is None or resolution.version_id is None or digest is None:
            return None
        return self._models.get(Wanted(load, resolution.version_id, digest))

    def _digest(self, resolution: Resolution) -> str | None:
        """Give the hash of a version's bytes; of one that no route names it is asked for."""
        if resolution.artifact or resolution.reason != Reason.OVERRIDE or resolution.version_id is None:
            return resolution.artifact or None
        try:
            return self._client.versions.get(resolution.version_id).artifact.sha256
        except DomainError:
            return None

    def _answer(self, asked: NewPrediction, serving: _Serving) -> Predictions:
        reporting.check(asked.inputs)
        began = time.perf_counter()
        try:
            answers = serving.model.predict(list(asked.inputs))
        except ValueError as unusable:
            if not str(unusable).startswith("inputs["):
                raise
            raise reporting.invalid(str(unusable)) from unusable
        latency_ms = (time.perf_counter() - began) * 1000 / len(answers)
        predictions = reporting.identified(answers, serving.version_id)
        for inference in reporting.inferences(self.task, asked, predictions, latency_ms):
            if self._recorder:
                self._recorder.record(inference)
        return Predictions(predictions=predictions, version_id=serving.version_id, revision=serving.revision)


def _resolved(resolver: Resolver, task: str, unit: str | None) -> Resolution | None:
    try:
        return resolver.resolve(task, unit)
    except UnknownTask:
        return None
