"""Where prompts are composed from approved examples."""

from trainer.trainers.chat.fitting import train
from trainer.trainers.chat.parameters import ChatParameters
from trainer.trainers.chat.rows import TABLE, split
from trainer.trainers.chat.scoring import evaluate
from trainer.trainers.chat.storing import load, table
from trainer.trainers.kind import Kind

kind = Kind(
    name="chat",
    summary="Prompts get the examples that tell a language model best how to answer.",
    tables=(TABLE,),
    parameters=ChatParameters,
    split=split,
    train=train,
    load=load,
    evaluate=evaluate,
    required="not worse",
    collects=True,
    table=table,
)
