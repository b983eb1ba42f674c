"""Where documents become an index that finds them by their words and by what they mean."""

from trainer.trainers.kind import Kind
from trainer.trainers.rag.fitting import train
from trainer.trainers.rag.judging import evaluate
from trainer.trainers.rag.parameters import RagParameters
from trainer.trainers.rag.predicting import load
from trainer.trainers.rag.rows import TABLES, split

kind = Kind(
    name="rag",
    summary="Documents are found by their words and their meaning, with the passage that answers a query.",
    tables=TABLES,
    parameters=RagParameters,
    split=split,
    train=train,
    load=load,
    evaluate=evaluate,
    required="not lower",
)
