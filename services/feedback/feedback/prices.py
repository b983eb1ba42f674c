"""Where the prices of models are set and told."""

from chassis.database import Transaction
from contracts.api.page import Page
from contracts.api.price import NewPrice, Price
from contracts.commands.prices import Forgotten
from contracts.errors import InvalidInput, NotFound
from feedback.metrics import grains
from feedback.store import prices as store

_NANO = 1_000_000_000
_MOST_PRICES = 500
_LAST_YEAR = 9_998


async def list_(tx: Transaction, model: str | None) -> Page[Price]:
    """Give all prices, or those of a model."""
    found = await store.list_(tx) if model is None else await store.of(tx, [(tx.tenant, model)])
    return Page(items=tuple(map(_price, found)))


async def set_(tx: Transaction, model: str, price: NewPrice) -> Price:
    """Set a price from a time on; without a time it replaces all that were set."""
    begins = price.since or grains.ALWAYS
    if begins.year > _LAST_YEAR:
        raise InvalidInput.at("since", f"must lie before the year {_LAST_YEAR + 1}")
    if begins == grains.ALWAYS:
        await store.delete(tx, model)
    rates = round(price.input_usd_per_1m * _NANO), round(price.output_usd_per_1m * _NANO)
    await store.set_(tx, model, begins, rates)
    await _refuse_too_many(tx)
    return next(each for each in (await list_(tx, model)).items if (each.since or grains.ALWAYS) == begins)


async def delete(tx: Transaction, model: str) -> Forgotten:
    """Forget the prices of a model; raises `NotFound`."""
    count = await store.delete(tx, model)
    if not count:
        raise NotFound(f"The model {model!r} has no price.")
    return Forgotten(prices=count)


async def _refuse_too_many(tx: Transaction) -> None:
    if await store.count(tx) > _MOST_PRICES:
        raise InvalidInput.at("model", f"{_MOST_PRICES:,} prices are set already, which is as many as can be")


def _price(found: store.Set) -> Price:
    return Price(
        model=found.model,
        input_usd_per_1m=found.input_nano_per_1m / _NANO,
        output_usd_per_1m=found.output_nano_per_1m / _NANO,
        since=found.since,
        set_by=found.set_by,
        set_at=found.set_at,
    )
