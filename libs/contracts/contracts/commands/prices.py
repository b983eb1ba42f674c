"""Where the commands about the prices of models are declared; the feedback service owns them."""

from contracts.api.page import Page
from contracts.api.price import ModelName, NewPrice, Price
from contracts.command import Command
from contracts.message import Message
from contracts.service import Service


class ListPrices(Command[Page[Price]]):
    """Give all prices by model and time; of one model, if it is named."""

    subject = "prices.list"
    owner = Service.FEEDBACK

    model: str | None = None


class SetPrice(Command[Price]):
    """Set what the tokens of a model cost."""

    subject = "prices.set"
    owner = Service.FEEDBACK

    model: ModelName
    price: NewPrice


class Forgotten(Message):
    """How many prices a model had."""

    prices: int


class DeletePrice(Command[Forgotten]):
    """Forget the prices of a model; raises `UnknownPrice`."""

    subject = "prices.delete"
    owner = Service.FEEDBACK

    model: str
