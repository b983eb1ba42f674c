"""Where applications report answers and opinions; the feedback service is the one reader, and trusts none of it."""

from typing import ClassVar

from contracts.service import Service

READER = Service.FEEDBACK


class Ingest:
    """The two subjects that applications may publish to; the tenant is in the subject, never in the body."""

    INFERENCE: ClassVar[str] = "inference"
    FEEDBACK: ClassVar[str] = "feedback"

    @staticmethod
    def address(tenant: str, item: str) -> str:
        """Give the NATS subject for one tenant (or ``*`` for all): ``ingest.acme.feedback``."""
        return f"ingest.{tenant}.{item}"
