"""Where it is tried that nobody waits for the registry because of what is locked here."""

from collections.abc import Iterable

from chassis.database import EVERY_TENANT, Database
from contracts.api.assessment import AssessedLabel
from contracts.commands.assessments import TellAssessment
from feedback.examples import assessing
from feedback.examples.thresholds import Approval, Thresholds
from feedback.store import assessments
from tests.feedback.days import ask
from tests.feedback.dividing import TASK, opinion, report


class Watchful(Thresholds):
    """A registry that looks, while it is asked, whether anybody would have to wait."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, tasks: Iterable[tuple[str, str]]) -> Approval:
        """Fail if an example, or the assessment, is locked."""
        async with self._database.transaction(EVERY_TENANT) as tx:
            await tx.execute("SELECT FROM examples FOR UPDATE NOWAIT")
            await tx.execute("SELECT FROM assessments FOR UPDATE NOWAIT")
        return dict.fromkeys(tasks, 0.1)


async def test_nothing_is_locked_while_the_registry_is_asked_what_may_be_approved(database: Database) -> None:
    await report(database, "acme", opinion("k1", "", inference_id=None, input="where is it", correction="shipping"))
    async with database.transaction(EVERY_TENANT) as tx:
        await assessments.queue(tx, "acme", TASK, "ada")
        work = await assessments.claim(tx, 30, 5)
    example_id = await ask(database, "SELECT id::text FROM examples")
    label = AssessedLabel(id=example_id, label="shipping", p=0.9, likely="shipping", p_likely=0.9, texts_per_label=50)

    async with database.transaction("acme") as tx:
        told = TellAssessment(task=TASK, number=work.number if work else 0, assessed=(label,))
        heard = await assessing.hear(tx, told, Watchful(database))

    assert heard.goes_on
    assert await ask(database, "SELECT status FROM examples") == "approved"
