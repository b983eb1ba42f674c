"""Where applications are told all routes of their tenant, by whichever service hears them first."""

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from pydantic import TypeAdapter

from chassis.logging import log
from chassis.routes import Routes
from contracts.api.route import Route
from contracts.topology import routes_address

_ANY_SERVICE = "routes"
_LIST = TypeAdapter(list[Route])


async def answer(connection: Client, routes: Routes) -> None:
    """Answer as soon as the routes were read; then it goes on for as long as the connection does.

    The tenant is that of the subject: whoever may not publish there cannot ask. Lists are kept until a route changes,
    so that it costs next to nothing to be asked over and over.
    """
    kept: dict[str, bytes] = {}

    def forget(tenant: str, _: Route) -> None:
        kept.pop(tenant, None)

    async def tell(request: Msg) -> None:
        tenant = request.subject.partition(".")[2]
        if tenant not in kept:
            kept[tenant] = _LIST.dump_json(list(routes.of(tenant)))
        try:
            await request.respond(kept[tenant])
        except NatsError as refusal:
            log().warning("routes.not_told", tenant=tenant, reason=str(refusal) or type(refusal).__name__)

    routes.on_change(forget)
    await routes.ready.wait()
    await connection.subscribe(routes_address("*"), queue=_ANY_SERVICE, cb=tell)
