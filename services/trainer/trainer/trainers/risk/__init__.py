"""Where tables of rows with two labels learn which of them is a risk: how likely it is, and why."""

from trainer.trainers.kind import Kind
from trainer.trainers.risk.dividing import split
from trainer.trainers.risk.fitting import train
from trainer.trainers.risk.model import load
from trainer.trainers.risk.parameters import RiskParameters
from trainer.trainers.risk.scoring import evaluate
from trainer.trainers.risk.template import TABLE

kind = Kind(
    name="risk",
    summary="Says how likely something is to go wrong, such as a late delivery or an unpaid credit, and why.",
    tables=(TABLE,),
    parameters=RiskParameters,
    split=split,
    train=train,
    load=load,
    evaluate=evaluate,
)
