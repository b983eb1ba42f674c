"""Where it is answered which examples taught a version, and which versions learnt from an example."""

from chassis import pages
from chassis.database import Transaction
from contracts.api.lineage import Learner, Teacher
from contracts.api.page import Page
from contracts.commands.lineage import ListLearners, ListTeachers
from trainer import jobs
from trainer.store import teachers as store


async def list_teachers(tx: Transaction, asked: ListTeachers) -> Page[Teacher]:
    """Give a page of the examples in a job's rows; raises `UnknownJob`."""
    job = await jobs.get(tx, asked.job_id)
    found = await store.list_(tx, job.id, after=pages.key(asked.cursor), limit=asked.limit + 1)
    return pages.cut(found, asked.limit, lambda teacher: teacher.example_id)


async def list_learners(tx: Transaction, asked: ListLearners) -> Page[Learner]:
    """Give a page of the versions that learnt from an example; none where nobody knows it."""
    found = await store.list_learners(tx, asked.name, before=pages.uuid(asked.cursor), limit=asked.limit + 1)
    return pages.cut(found, asked.limit, lambda learner: learner.job_id)
