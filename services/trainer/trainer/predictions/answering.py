"""Where a child process answers: it keeps models loaded, and loads another one without holding up the others."""

import os
import queue
import socket
import sys
import threading
from collections import OrderedDict
from typing import Any

from trainer import artifacts
from trainer.artifacts import MissingContent, Shelf
from trainer.executors import parsing, prompting, sheets
from trainer.executors.frames import Frame
from trainer.executors.lifeline import Lifeline
from trainer.executors.parsing import UnfitParameters
from trainer.trainers import installed
from trainer.trainers.installed import UnknownKind
from trainer.trainers.kind import Predictor, UnreadableArtifact, UnusableInput


class Models:
    """The models that were used last, by the hash of their artifacts."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._loaded: OrderedDict[str, Predictor] = OrderedDict()
        self._changing = threading.Lock()

    def find(self, artifact: str) -> Predictor | None:
        with self._changing:
            if artifact in self._loaded:
                self._loaded.move_to_end(artifact)
            return self._loaded.get(artifact)

    def keep(self, artifact: str, model: Predictor) -> None:
        with self._changing:
            self._loaded[artifact] = model
            while len(self._loaded) > self._most:
                self._loaded.popitem(last=False)


class Desk:
    """Answers questions; those about a model that is not loaded wait for one thread that loads."""

    def __init__(self, lifeline: Lifeline, shelf: Shelf, models: Models) -> None:
        self._lifeline = lifeline
        self._shelf = shelf
        self._models = models
        self._waiting: queue.SimpleQueue[Frame] = queue.SimpleQueue()

    def serve(self) -> None:
        """Answer until the parent is gone."""
        threading.excepthook = _end
        threading.Thread(target=self._load, daemon=True).start()
        while question := self._lifeline.read():
            if "kinds" in question:
                self._tell(question, sheets.kinds().model_dump(mode="json"))
            elif "parameters" in question:
                self._tell(question, _problems(question))
            elif "prompt" in question:
                self._tell(question, prompting.stored(self._shelf, question["prompt"]))
            elif model := self._models.find(question["artifact"]):
                self._tell(question, _predictions(model, question["inputs"]))
            else:
                self._waiting.put(question)

    def _load(self) -> None:
        while True:
            question = self._waiting.get()
            try:
                model = self._loaded(question["kind"], question["artifact"])
            except (UnreadableArtifact, UnknownKind, MissingContent) as broken:
                self._tell(question, {"broken": str(broken)})
            else:
                self._tell(question, _predictions(model, question["inputs"]))

    def _loaded(self, kind: str, artifact: str) -> Predictor:
        model = self._models.find(artifact)
        if model is None:
            model = installed.find(kind).load(self._shelf.get_artifact(artifact))
            self._models.keep(artifact, model)
        return model

    def _tell(self, question: Frame, answer: Frame) -> None:
        self._lifeline.tell({"number": question["number"], **answer})


def answer(connection: socket.socket) -> None:
    """Be the process that answers; the first frame says where artifacts are and how many models to keep."""
    lifeline = Lifeline(connection)
    settings = lifeline.read() or {}
    Desk(lifeline, artifacts.shelf(settings["artifacts_url"]), Models(settings["models"])).serve()


def _predictions(model: Predictor, inputs: list[dict[str, Any]]) -> Frame:
    try:
        return {"predictions": model.predict(inputs) if inputs else []}
    except UnusableInput as unusable:
        return {"unusable": str(unusable)}


def _problems(question: Frame) -> Frame:
    try:
        parsing.parameters(installed.find(question["kind"]), question["parameters"])
    except UnfitParameters as unfit:
        return {"problems": [each.model_dump() for each in unfit.problems]}
    except UnknownKind as unknown:
        return {"broken": str(unknown)}
    return {"problems": []}


def _end(failure: threading.ExceptHookArgs) -> None:
    """A thread that dies takes the process along: a new one is started, where this one would be deaf."""
    sys.excepthook(failure.exc_type, failure.exc_value or failure.exc_type(), failure.exc_traceback)
    sys.stderr.flush()
    os._exit(1)
