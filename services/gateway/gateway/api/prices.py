"""Where the prices of models are set and shown over HTTP."""

from fastapi import APIRouter, Response

from contracts.api.page import Page
from contracts.api.price import ModelName, NewPrice, Price
from contracts.commands.prices import DeletePrice, ListPrices, SetPrice
from contracts.errors import NotFound
from gateway.api.asker import Configurer, Reader

router = APIRouter(prefix="/v1/prices", tags=["metrics"])


@router.get("")
async def list_prices(reader: Reader) -> Page[Price]:
    """List what the tokens of models cost."""
    return await reader.ask(ListPrices())


@router.get("/{model:path}")
async def show_prices(reader: Reader, model: str) -> Page[Price]:
    """Show what the tokens of a model cost, and from when on."""
    found = await reader.ask(ListPrices(model=model))
    if not found.items:
        raise NotFound(f"The model {model!r} has no price.")
    return found


@router.put("/{model:path}")
async def set_price(configurer: Configurer, model: ModelName, price: NewPrice) -> Price:
    """Set what the tokens of a model cost; it counts for answers that are reported from now on."""
    return await configurer.ask(SetPrice(model=model, price=price))


@router.delete("/{model:path}", status_code=204)
async def delete_prices(configurer: Configurer, model: str) -> Response:
    """Forget the prices of a model; what its answers cost is unknown from now on."""
    await configurer.ask(DeletePrice(model=model))
    return Response(status_code=204)
