"""Where a job's story is told: every line is stored and said as an event, in the transaction of what it tells about."""

from collections.abc import Sequence

from chassis.database import Transaction
from contracts.api.job import JobStatus
from contracts.events.training import JobProgressed
from trainer.store import lines
from trainer.store.lines import Line


async def tell(tx: Transaction, task: str, job_id: str, told: Sequence[Line], *, tenant: str | None = None) -> None:
    """Add lines to a job's story; a transaction across tenants names the tenant."""
    whose = tenant or tx.tenant
    for line in await lines.append(tx, whose, job_id, told) if told else []:
        event = JobProgressed(
            task=task, job_id=job_id, number=line.number, kind=line.kind, at=line.at, content=line.content
        )
        tx.publish(event, tenant=whose)


def state(status: JobStatus, **facts: object) -> Line:
    return Line("state", {"status": str(status), **facts})


def progress(fraction: float, step: str, message: str = "") -> Line:
    return Line("progress", {"progress": round(fraction, 4), "step": step, "message": message})


def log(message: str) -> Line:
    return Line("log", {"message": message})
