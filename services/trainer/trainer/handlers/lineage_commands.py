"""Where commands about lineage, and about artifacts from elsewhere, meet their use cases."""

from chassis.database import Transaction
from chassis.rpc.answering import Answers
from chassis.rpc.caller import Caller
from contracts.api.lineage import Learner, Teacher
from contracts.api.page import Page
from contracts.api.version import Artifact
from contracts.commands.lineage import ImportArtifact, ListLearners, ListTeachers
from trainer import lineage
from trainer.predictions.desk import AskedDesk

_TAKE = "trainer.executors.importing:take"


def answer(made: Answers, desk: AskedDesk) -> None:
    """Answer the commands about lineage."""

    @made.to(ListTeachers)
    async def list_teachers(tx: Transaction, command: ListTeachers) -> Page[Teacher]:
        return await lineage.list_teachers(tx, command)

    @made.to(ListLearners)
    async def list_learners(tx: Transaction, command: ListLearners) -> Page[Learner]:
        return await lineage.list_learners(tx, command)

    async def take(_: Caller, command: ImportArtifact) -> Artifact:
        return Artifact.model_validate(await desk.once(_TAKE, command.model_dump()))

    made.add_without_transaction(ImportArtifact, take)
