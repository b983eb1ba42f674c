"""Where the weights of deterministic rules are learnt from what people accepted and rejected."""

from trainer.trainers.actions.fitting import train
from trainer.trainers.actions.model import load
from trainer.trainers.actions.parameters import ActionsParameters
from trainer.trainers.actions.rows import TABLE, split
from trainer.trainers.actions.scoring import evaluate
from trainer.trainers.kind import Kind

kind = Kind(
    name="actions",
    summary="Rules propose actions: which signals count how much, and from which score a rule is recommended.",
    tables=(TABLE,),
    parameters=ActionsParameters,
    split=split,
    train=train,
    load=load,
    evaluate=evaluate,
)
