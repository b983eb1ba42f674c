"""Where the calls about the prices of models are described."""

from contracts.api.page import Page
from contracts.api.price import NewPrice, Price
from ratchet.wire.call import Call, at, delete, get, put
from ratchet.wire.noun import Noun, Way, endpoint, fields


class Prices(Noun[Way]):
    """What the tokens of models cost, by which the cost of answers is worked out."""

    @endpoint
    def list(self) -> Call[Page[Price]]:
        """Give all prices."""
        return get(at("prices"), Page[Price])

    @endpoint
    def get(self, model: str) -> Call[Page[Price]]:
        """Give the prices of a model; raises `NotFound`."""
        return get(at("prices", model), Page[Price])

    @fields(NewPrice)
    def set(self, model: str, price: NewPrice) -> Call[Price]:
        """Set the price of a model with the fields of `NewPrice`; it counts for answers reported from now on."""
        return put(at("prices", model), Price, price)

    @endpoint
    def delete(self, model: str) -> Call[None]:
        """Forget the prices of a model; raises `NotFound`."""
        return delete(at("prices", model))
