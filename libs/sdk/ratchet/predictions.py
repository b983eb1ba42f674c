"""Where the call for predictions is described."""

from collections.abc import Sequence
from typing import Any

from contracts.api.prediction import NewPrediction, Predictions
from ratchet.wire.call import Call, at, post
from ratchet.wire.noun import Noun, Way, endpoint


class Predicting(Noun[Way]):
    """Answers of the version that serves."""

    @endpoint
    def predict(
        self, task: str, inputs: Sequence[str | dict[str, Any]], *, unit: str | None = None
    ) -> Call[Predictions]:
        """Predict for up to 1,000 inputs, texts or rows; what is answered is logged as inferences.

        Without a unit the champion answers, and the answers count for no rollout or experiment.

        Raises `UnknownTask`, `NothingServes`, `InvalidInput`.
        """
        rows = tuple({"text": each} if isinstance(each, str) else each for each in inputs)
        wanted = NewPrediction.model_construct(inputs=rows, unit=unit)
        return post(at("tasks", task, "predict"), Predictions, wanted)
