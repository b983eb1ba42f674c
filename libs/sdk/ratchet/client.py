"""Where the clients of the gateway are: one attribute per noun, every call described once."""

from types import TracebackType
from typing import Self

import httpx

from contracts.api.access import Me
from ratchet import access
from ratchet.alerts import Alerts
from ratchet.api_keys import ApiKeys
from ratchet.audit import Audit
from ratchet.datasets import Datasets
from ratchet.dead_letters import DeadLetters
from ratchet.erasures import Erasures
from ratchet.events import Events
from ratchet.examples import Examples
from ratchet.experiments import Experiments
from ratchet.exports import Exports
from ratchet.feedback import Feedbacks
from ratchet.health import Health
from ratchet.inferences import Inferences
from ratchet.insights import InsightsOfTasks
from ratchet.kinds import InstalledKinds
from ratchet.metrics import MetricsOfTasks
from ratchet.nats_credentials import NatsCredentials
from ratchet.plans import Plans
from ratchet.predictions import Predicting
from ratchet.prices import Prices
from ratchet.prompts import Prompts
from ratchet.redaction import Redactions
from ratchet.retraining import Retraining
from ratchet.rollouts import Rollouts
from ratchet.routes import Routes
from ratchet.schedules import Schedules
from ratchet.sessions import NOBODY, Sessions
from ratchet.settings import PlatformSettings
from ratchet.tasks import Tasks
from ratchet.tenants import Tenants
from ratchet.training import Training
from ratchet.users import Users
from ratchet.versions import Versions
from ratchet.webhooks import Webhooks
from ratchet.wire.awaited import Awaited
from ratchet.wire.call import Call, at, get
from ratchet.wire.connection import Connection
from ratchet.wire.direct import Direct
from ratchet.wire.noun import Noun, Way, endpoint


class Nouns(Noun[Way]):
    """Everything that can be asked of a gateway."""

    def __init__(self, way: Way) -> None:
        """Carry out all calls in this way."""
        super().__init__(way)
        self.tasks = Tasks(way)
        self.kinds = InstalledKinds(way)
        self.datasets = Datasets(way)
        self.training = Training(way)
        self.schedules = Schedules(way)
        self.versions = Versions(way)
        self.routes = Routes(way)
        self.rollouts = Rollouts(way)
        self.experiments = Experiments(way)
        self.predictions = Predicting(way)
        self.prompts = Prompts(way)
        self.health = Health(way)
        self.alerts = Alerts(way)
        self.events = Events(way)
        self._learn(way)
        self._administer(way)

    def _administer(self, way: Way) -> None:
        """Add what is about who comes in, and what holds for them."""
        self.webhooks = Webhooks(way)
        self.dead_letters = DeadLetters(way)
        self.api_keys = ApiKeys(way)
        self.nats_credentials = NatsCredentials(way)
        self.users = Users(way)
        self.sessions = Sessions(way)
        self.tenants = Tenants(way)
        self.plans = Plans(way)
        self.settings = PlatformSettings(way)
        self.audit = Audit(way)

    def _learn(self, way: Way) -> None:
        """Add what is about answers, opinions, and what is learned from them."""
        self.exports = Exports(way)
        self.inferences = Inferences(way)
        self.feedback = Feedbacks(way)
        self.redaction = Redactions(way)
        self.examples = Examples(way)
        self.metrics = MetricsOfTasks(way)
        self.prices = Prices(way)
        self.insights = InsightsOfTasks(way)
        self.retraining = Retraining(way)
        self.erasures = Erasures(way)

    @endpoint
    def me(self) -> Call[Me]:
        """Say who asks, and what they may do."""
        return get(at("me"), Me)


class Client(Nouns[Direct]):
    """A client whose calls wait for their answers; may be shared by threads.

    Calls raise the classes of `ratchet.errors`. What fails in passing is tried again for up to five seconds; a retried
    POST carries the same Idempotency-Key, so that nothing happens twice.
    """

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        tenant: str | None = None,
        timeout_s: float = 30.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Name the gateway and a key; `ratchet.access` finds what is not named.

        Super admins name the tenant to work in; without it, RATCHET_TENANT does, or it is their own.
        """
        super().__init__(Direct(_connection(url, api_key, tenant, timeout_s), transport))

    @classmethod
    def log_in(cls, url: str, email: str, password: str, tenant: str | None = None) -> Self:
        """Give a client of somebody who logs in; raises `LoginRefused`. ``sessions.end_current()`` logs out again."""
        with cls(url, NOBODY) as door:
            made = door.sessions.start(email=email, password=password, tenant=tenant)
        return cls(url, made.token)

    def close(self) -> None:
        """Close the connections."""
        self.way.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncClient(Nouns[Awaited]):
    """A client whose calls are awaited; belongs to one event loop. Otherwise as `Client`."""

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        tenant: str | None = None,
        timeout_s: float = 30.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Name the gateway and a key; otherwise as `Client`."""
        super().__init__(Awaited(_connection(url, api_key, tenant, timeout_s), transport))

    @classmethod
    async def log_in(cls, url: str, email: str, password: str, tenant: str | None = None) -> Self:
        """Give a client of somebody who logs in; raises `LoginRefused`."""
        async with cls(url, NOBODY) as door:
            made = await door.sessions.start(email=email, password=password, tenant=tenant)
        return cls(url, made.token)

    async def close(self) -> None:
        """Close the connections."""
        await self.way.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def _connection(url: str | None, api_key: str | None, tenant: str | None, timeout_s: float) -> Connection:
    picked = tenant or access.picked_tenant()
    if url and api_key:
        return Connection(url, api_key, timeout_s, picked)
    found = access.find()
    return Connection(url or found.url, api_key or found.api_key, timeout_s, picked)
