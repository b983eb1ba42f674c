"""Where texts learn their labels: words and characters, linear margins, calibrated confidence."""

from trainer.trainers.classification.fitting import train
from trainer.trainers.classification.parameters import ClassificationParameters
from trainer.trainers.classification.rows import TABLE, split
from trainer.trainers.classification.scoring import evaluate
from trainer.trainers.classification.storing import load
from trainer.trainers.kind import Kind

kind = Kind(
    name="classification",
    summary="Texts get labels: categories, priorities, sentiments.",
    tables=(TABLE,),
    parameters=ClassificationParameters,
    split=split,
    train=train,
    load=load,
    evaluate=evaluate,
    collects=True,
)
