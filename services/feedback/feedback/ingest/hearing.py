"""Where opinions are stored and attached, with what changes as they stand beside those that were told before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from chassis.database import Transaction
from feedback import standing
from feedback.ingest import asides, outcomes
from feedback.ingest.reading import Items
from feedback.standing import Change, Id
from feedback.store import asides as kept
from feedback.store import claims, feedback_policies, opinions, successes
from feedback.store.inferences import NewRow
from feedback.store.opinions import Claimed, Opinion


@dataclass(frozen=True, slots=True)
class Heard:
    """What opinions are new, which ones met their answers, and what that changes."""

    told: Sequence[Opinion]
    attached: Sequence[Opinion]
    change: Change


async def hear(tx: Transaction, items: Items, served: Sequence[NewRow]) -> Heard:
    """Store opinions, and attach those that waited for new answers; the answers are stored already."""
    policies = await feedback_policies.of(tx, items.tasks())
    windows = {task: timedelta(days=policy.attribution_window_days) for task, policy in policies.items()}
    attached = await opinions.attach(tx, served, windows) if served else []
    sent = list(items.opinions.values())
    earlier = await opinions.beside(tx, sent)
    new = await opinions.claim(tx, sent, windows) if sent else []
    told = [each for each, _ in new]
    change = standing.change(earlier, attached, told)
    settled = await outcomes.settle(tx, served, change, policies)
    await _insert(tx, new, outcomes.changed(change, settled))
    await _note(tx, settled)
    return Heard(told, attached, settled)


async def _insert(tx: Transaction, new: Sequence[Claimed], success: Mapping[Id, float | None]) -> None:
    """Store what is new, and note what counts as success with it, and now with what was stored before."""
    if new:
        await opinions.insert(tx, [(each._replace(success=success.get(standing.id_of(each))), at) for each, at in new])
    here = {standing.id_of(each) for each, _ in new}
    before = {id: counted for id, counted in success.items() if id not in here}
    if before:
        await successes.note(tx, before)


async def _note(tx: Transaction, change: Change) -> None:
    turned, aside = change.turned, asides.of(change)
    if turned:
        await claims.supersede(tx, turned)
    if aside:
        await kept.add(tx, aside)
