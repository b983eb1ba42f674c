"""Where the command for predictions is declared; the trainer answers it with the version that serves."""

from contracts.api.prediction import NewPrediction, Predictions
from contracts.command import Command
from contracts.service import Service


class Predict(Command[Predictions]):
    """Predict with the version that serves; raises `UnknownTask`, `NothingServes`, `InvalidInput`."""

    subject = "predictions.make"
    owner = Service.TRAINER
    timeout_s = 15.0

    task: str
    request: NewPrediction
