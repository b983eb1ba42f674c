"""Where predictions are asked for over HTTP."""

from fastapi import APIRouter

from contracts.api.prediction import NewPrediction, Predictions
from contracts.commands.predictions import Predict
from gateway.api.asker import Predictor

router = APIRouter(prefix="/v1/tasks/{task}", tags=["predictions"])


@router.post("/predict")
async def predict(predictor: Predictor, task: str, request: NewPrediction) -> Predictions:
    """Predict with the version that serves; every prediction is logged as an inference."""
    return await predictor.ask(Predict(task=task, request=request))
