"""Where templates are ranked for a step in its context, by what people made of them before."""

from trainer.trainers.kind import Kind
from trainer.trainers.workflows.fitting import train
from trainer.trainers.workflows.model import load
from trainer.trainers.workflows.parameters import WorkflowsParameters
from trainer.trainers.workflows.rows import TABLE, split
from trainer.trainers.workflows.scoring import evaluate

kind = Kind(
    name="workflows",
    summary="Templates are ranked for each step of a workflow: which one will people accept here?",
    tables=(TABLE,),
    parameters=WorkflowsParameters,
    split=split,
    train=train,
    load=load,
    evaluate=evaluate,
)
