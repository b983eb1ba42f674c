"""Where the four services are named."""

from enum import StrEnum


class Service(StrEnum):
    """A process that owns a part of the product and its Postgres schema."""

    GATEWAY = "gateway"
    TRAINER = "trainer"
    REGISTRY = "registry"
    FEEDBACK = "feedback"
