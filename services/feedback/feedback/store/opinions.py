"""Where opinions are stored once, and attached to their inferences, whichever comes first.

Statements are written so that Postgres has one sensible way to carry them out, whatever it knows of the tables: LATERAL
with LIMIT looks rows up instead of reading a whole table, IS NOT DISTINCT FROM leaves the index by task alone, which
without statistics seems as good and is a thousand times slower, and the first and last `stored_at` are known when the
statement is planned, so that partitions before and after are not even looked at.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from chassis.database import Transaction
from feedback.store import claims, columns, days, inferences
from feedback.store.claims import Found, Spot
from feedback.store.days import Stored
from feedback.store.inferences import Labelled, NewRow

Claimed = tuple["Opinion", Spot]
"""An opinion that is new, and where it goes."""

Windows = Mapping[tuple[str, str], timedelta]
"""How long after an answer opinions about it count, by tenant and task."""

_STORED = 23
"""So many fields are stored with an opinion, in the order of the columns."""


class Opinion(NamedTuple):
    """An opinion in the order of the columns, so that rows become columns by `zip`; JSON is text.

    The last ones are known once its inference is stored: ``late`` is what was given too long after it, ``superseded``
    what was said again later, and ``alone`` what is from before opinions superseded each other, or was revised by
    one that was erased. ``success`` is what was counted as success, with the opinion or what was revised up to it, and
    has to be taken back with it.
    """

    tenant: str
    key: str
    inference_id: str | None
    task: str
    operation: str
    verdict: str | None
    score: float | None
    input: str | None
    correction: str | None
    label: str | None
    comment: str | None
    used: bool | None
    helpful: bool | None
    by: str | None
    source: str
    occurred_at: datetime
    metric: str | None = None
    value: float | None = None
    version_id: str | None = None
    predicted: str | None = None
    attached: bool = False
    late: bool = False
    success: float | None = None
    superseded: bool = False
    alone: bool = False

    @property
    def detached(self) -> "Opinion":
        """Give the opinion as it was before its inference came."""
        return self._replace(version_id=None, predicted=None, attached=False, late=False)


async def claim(tx: Transaction, opinions: Sequence[Opinion], windows: Windows) -> list[Claimed]:
    """Claim the keys of opinions; give what is new, attached where the inference is there, and where it goes."""
    spots = await claims.claim_opinions(tx, [(*each[:3], each.metric or "") for each in opinions])
    new = await _attached(tx, [each for each in opinions if each[:2] in spots], windows)
    return [(each, spots[each[:2]]) for each in new]


async def insert(tx: Transaction, new: Sequence[Claimed]) -> None:
    """Store what was claimed."""
    await _insert(tx, [(*each[:_STORED], *spot) for each, spot in new])
    noted = (Stored(each.tenant, each.task, spot.stored_at, spot.place, each.occurred_at) for each, spot in new)
    await days.note(tx, days.FEEDBACK, noted)


async def attach(tx: Transaction, served: Sequence[NewRow], windows: Windows) -> list[Opinion]:
    """Attach the opinions that waited for these inferences; give them."""
    by_id = {row[:2]: row for row in served}
    waiting = claims.by_time(await claims.find_opinions_about(tx, list(by_id)))
    come = [(each, by_id[each.tenant, each.inference_id]) for each in waiting]
    rows = [
        (each.tenant, *each[2:], row.task, row.version_id, row.label, row.occurred_at, windows[row.tenant, row.task])
        for each, row in come
    ]
    return await _attach(tx, rows) if rows else []


async def about(tx: Transaction, ids: Sequence[tuple[str, str]]) -> list[Opinion]:
    """Give the opinions about inferences, come or not, that are not superseded; of texts, whether they are there."""
    return await _at(tx, await claims.find_standing_about(tx, ids))


async def beside(tx: Transaction, told: Iterable[Opinion]) -> list[Opinion]:
    """Give what stands already of what these are about, and of the same metrics."""
    subjects = {(each.tenant, each.inference_id, each.metric or "") for each in told if each.inference_id is not None}
    return await _at(tx, await claims.find_standing_of(tx, sorted(subjects))) if subjects else []


async def _at(tx: Transaction, found: Sequence[Found]) -> list[Opinion]:
    if not found:
        return []
    rows = await tx.fetch(
        """
        SELECT said.*
        FROM unnest($1::text[], $2::bigint[], $3::timestamptz[]) AS wanted (tenant, place, stored_at)
        CROSS JOIN LATERAL (
            SELECT tenant, key, inference_id, task, operation, verdict, score, NULL,
                CASE WHEN correction IS NOT NULL THEN 'null' END, label, CASE WHEN comment IS NOT NULL THEN '' END,
                used, helpful, by, source, occurred_at, metric, value, version_id, predicted, attached, late,
                success, false, alone
            FROM feedback
            WHERE tenant = wanted.tenant AND place = wanted.place AND stored_at = wanted.stored_at
                AND stored_at BETWEEN ($3::timestamptz[])[1] AND ($3::timestamptz[])[cardinality($3)]
            LIMIT 1
        ) AS said
        """,
        *claims.columns(found),
    )
    return [Opinion(*row) for row in rows]


async def _attached(tx: Transaction, opinions: Sequence[Opinion], windows: Windows) -> list[Opinion]:
    wanted = {(each.tenant, each.inference_id) for each in opinions if each.inference_id is not None}
    known = await inferences.find_labels(tx, sorted(wanted)) if wanted else {}
    return [_attach_to(each, known.get((each.tenant, each.inference_id or "")), windows) for each in opinions]


def _attach_to(opinion: Opinion, about: Labelled | None, windows: Windows) -> Opinion:
    if about is None or about.task != opinion.task:
        return opinion
    late = opinion.occurred_at - about.occurred_at > windows[opinion.tenant, opinion.task]
    return opinion._replace(version_id=about.version_id, predicted=about.label, attached=True, late=late)


async def _insert(tx: Transaction, rows: Iterable[tuple[Any, ...]]) -> None:
    await tx.execute(
        """
        INSERT INTO feedback (
            tenant, key, inference_id, task, operation, verdict, score, input, correction, label, comment, used,
            helpful, by, source, occurred_at, metric, value, version_id, predicted, attached, late, success,
            place, stored_at
        )
        SELECT *
        FROM unnest(
            $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::double precision[],
            $8::text[]::jsonb[], $9::text[]::jsonb[], $10::text[], $11::text[], $12::boolean[], $13::boolean[],
            $14::text[], $15::text[], $16::timestamptz[], $17::text[], $18::double precision[], $19::text[],
            $20::text[], $21::boolean[], $22::boolean[], $23::double precision[], $24::bigint[], $25::timestamptz[]
        )
        """,
        *columns.of(rows),
    )


async def _attach(tx: Transaction, come: Iterable[tuple[Any, ...]]) -> list[Opinion]:
    rows = await tx.fetch(
        """
        UPDATE feedback AS waiting
        SET version_id = come.version_id, predicted = come.label, attached = true,
            late = waiting.occurred_at - come.occurred_at > come.span
        FROM unnest(
            $1::text[], $2::bigint[], $3::timestamptz[], $4::boolean[], $5::text[], $6::text[], $7::text[],
            $8::timestamptz[], $9::interval[]
        ) AS come (tenant, place, stored_at, superseded, task, version_id, label, occurred_at, span)
        WHERE (waiting.tenant, waiting.place, waiting.stored_at) = (come.tenant, come.place, come.stored_at)
            AND waiting.stored_at BETWEEN ($3::timestamptz[])[1] AND ($3::timestamptz[])[cardinality($3)]
            AND waiting.task IS NOT DISTINCT FROM come.task
            AND NOT waiting.attached
        RETURNING waiting.tenant, waiting.key, waiting.inference_id, waiting.task, waiting.operation, waiting.verdict,
            waiting.score, waiting.input::text, waiting.correction::text, waiting.label, waiting.comment, waiting.used,
            waiting.helpful, waiting.by, waiting.source, waiting.occurred_at, waiting.metric, waiting.value,
            waiting.version_id, waiting.predicted, waiting.attached, waiting.late, waiting.success, come.superseded,
            waiting.alone
        """,
        *zip(*come, strict=True),
    )
    return [Opinion(*row) for row in rows]
