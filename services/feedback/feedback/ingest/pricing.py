"""Where answers whose cost nobody said get the cost that the price list gives them."""

from collections.abc import Iterable

from chassis.database import Transaction
from feedback.metrics import costs, grains
from feedback.metrics.costs import Price, Tokens
from feedback.store import prices
from feedback.store.inferences import NewRow

_NANO = 1_000_000_000
_Prices = dict[tuple[str, str], list[Price]]


async def priced(tx: Transaction, rows: Iterable[NewRow]) -> dict[tuple[str, str], NewRow]:
    """Give rows by tenant and id; a cost that is neither told nor in the price list stays unknown."""
    sent = list(rows)
    models = {(row.tenant, row.model) for row in sent if row.cost_usd is None and row.model is not None}
    known: _Prices = {}
    for each in await prices.of(tx, sorted(models)) if models else ():
        price = Price(each.since or grains.ALWAYS, each.input_nano_per_1m, each.output_nano_per_1m)
        known.setdefault((each.tenant, each.model), []).append(price)
    return {(row.tenant, row.id): _priced(row, known) for row in sent}


def _priced(row: NewRow, known: _Prices) -> NewRow:
    of_model = known.get((row.tenant, row.model or ""))
    price = costs.at(of_model, row.occurred_at) if of_model and row.cost_usd is None else None
    nano = costs.nano(price, Tokens(row.tokens_in, row.tokens_out)) if price else None
    return row if nano is None else row._replace(cost_usd=nano / _NANO)
