"""Where admins look after the NATS credentials of applications over HTTP."""

from fastapi import APIRouter

from contracts.api.nats_credential import MadeNatsCredential, NatsCredential, NewNatsCredential
from contracts.api.page import Page
from contracts.errors import NoNatsAccounts, Unavailable
from gateway.api.asker import Administrator, Asker, PageOf
from gateway.credentials import making

router = APIRouter(prefix="/v1/nats-credentials", tags=["access"])
_RETRY_AFTER_S = 5


@router.get("")
async def list_nats_credentials(administrator: Administrator, page: PageOf) -> Page[NatsCredential]:
    """List the credentials of the tenant's applications, newest first, revoked ones too."""
    async with administrator.transaction() as tx:
        return await making.list_(tx, cursor=page.cursor, limit=page.limit)


@router.post("", status_code=201)
async def make_nats_credential(administrator: Administrator, new: NewNatsCredential) -> MadeNatsCredential:
    """Make a credential with which one application connects to NATS, at once; its seed is shown this once.

    The application may report inferences and feedback of its tenant, follow its routes, and, with `events`, watch what
    happens to it. It sees nothing of other tenants, nor of what other applications are answered.
    """
    _demand_door(administrator)
    async with administrator.transaction() as tx:
        made = await making.create(tx, new, administrator.desk.settings, by=administrator.identity)
    return made.model_copy(update={"admitted": await administrator.desk.door.tell()})


@router.get("/{credential_id}")
async def show_nats_credential(administrator: Administrator, credential_id: str) -> NatsCredential:
    """Show one credential, without its seed."""
    async with administrator.transaction() as tx:
        return await making.find(tx, credential_id)


@router.delete("/{credential_id}", status_code=204)
async def revoke_nats_credential(administrator: Administrator, credential_id: str) -> None:
    """Revoke a credential for good; who is connected with it is disconnected, and nobody else."""
    async with administrator.transaction() as tx:
        await making.revoke(tx, credential_id)
    if not await administrator.desk.door.tell():
        detail = (
            "The credential is revoked, but NATS could not be told yet: an application that is connected with it stays "
            "so until it is, which is tried again every few seconds. Revoke it once more to see whether it was."
        )
        raise Unavailable(detail, part="nats", retry_after_s=_RETRY_AFTER_S)


def _demand_door(administrator: Asker) -> None:
    if not administrator.desk.door.exists:
        detail = (
            "The NATS server of this Ratchet lets everybody in, so there are no credentials to make. "
            "An operator can change that: see docs/operations.md."
        )
        raise NoNatsAccounts(detail)
