"""Where series are forecast: all parts of a tenant in one job, each by what its own past proves best."""

from trainer.trainers.forecast.model import load, table
from trainer.trainers.forecast.parameters import ForecastParameters
from trainer.trainers.forecast.rows import TABLES
from trainer.trainers.forecast.scoring import evaluate
from trainer.trainers.forecast.split import split
from trainer.trainers.forecast.training import train
from trainer.trainers.kind import Kind

kind = Kind(
    name="forecast",
    summary="Forecasts many series at once, with bounds: demand, sales, stock, traffic, load.",
    tables=TABLES,
    parameters=ForecastParameters,
    split=split,
    train=train,
    load=load,
    evaluate=evaluate,
    required="not worse",
    table=table,
)
