"""Where a NATS that lost its storage, or is ahead of a restored Postgres, gets the settings that are set.

`chassis.reconciling` says when.
"""

from collections.abc import Mapping

from nats.js import JetStreamContext
from pydantic import ValidationError

from chassis import buckets
from chassis.database import EVERY_TENANT, Database
from contracts.api.setting import KeptSettings
from contracts.settings import given
from contracts.topology import PLANS, SETTINGS_BUCKET, SETTINGS_OF_ALL
from gateway.access import standings
from gateway.store import setting_changes as store
from gateway.switches import changing, reading

_NOTHING = KeptSettings()


async def spread(database: Database, jetstream: JetStreamContext) -> int:
    """Put into the bucket whatever differs there; give how many places did."""
    there = {key: _read(value) for key, value in (await buckets.read(jetstream, SETTINGS_BUCKET)).items()}
    present = {_tenant(key): given for key, given in there.items() if not key.startswith(f"{PLANS}.")}
    async with database.transaction(EVERY_TENANT) as tx:
        await store.lock(tx)
        wanted = await reading.every_kept(tx)
        differing = [each for each in present.keys() | wanted.keys() if _differs(present, wanted, each)]
        for each in differing:
            changing.make_known(tx, None if each == EVERY_TENANT else each, wanted.get(each, _NOTHING))
        differing += await standings.spread(tx, there)
    return len(differing)


def _differs(present: Mapping[str, KeptSettings | None], wanted: Mapping[str, KeptSettings], place: str) -> bool:
    there = present.get(place, _NOTHING)
    return there is None or given(there) != given(wanted.get(place, _NOTHING))


def _tenant(key: str) -> str:
    place, _, tenant = key.partition(".")
    return EVERY_TENANT if place == SETTINGS_OF_ALL else tenant


def _read(value: bytes) -> KeptSettings | None:
    try:
        return KeptSettings.model_validate_json(value)
    except ValidationError:
        return None
