"""Where people log in through their company's OpenID provider, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse

from contracts.errors import LoginRefused
from gateway.api import cookies, problems
from gateway.api.visitor import Coming

router = APIRouter(prefix="/v1/login/oidc", tags=["sessions"])

_SEE = 303
_ELSEWHERE = {_SEE: {"description": "The browser goes on to the address in `Location`."}}
_NO_PROVIDER = problems.described((404,))
Next = Annotated[
    str,
    Query(
        max_length=1000,
        pattern=r"^/([\x21-\x2e\x30-\x5b\x5d-\x7e][\x21-\x5b\x5d-\x7e]*)?$",
        description="Page of the gateway to go to afterwards.",
    ),
]


@router.get("", status_code=_SEE, response_class=RedirectResponse, responses=_NO_PROVIDER)
async def begin_login(coming: Coming, next_: Annotated[Next, Query(alias="next")] = "/") -> RedirectResponse:
    """Send the browser to the company's OpenID provider; 404 where none is set."""
    going = await coming.desk.sign_on.begin(next_)
    response = RedirectResponse(going.address, _SEE)
    cookies.keep_pending(response, going.pending, coming.desk.settings)
    return response


@router.get("/callback", status_code=_SEE, response_class=RedirectResponse, responses=_NO_PROVIDER)
async def end_login(
    coming: Coming,
    request: Request,
    state: Annotated[str, Query(max_length=1000)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
    error: Annotated[str | None, Query(max_length=1000)] = None,
) -> RedirectResponse:
    """Take up again a login that began here, and begin a session of the browser."""
    settings, sign_on = coming.desk.settings, coming.desk.sign_on
    pending = sign_on.taken_up(cookies.pending(request, settings), state)
    async with coming.recorded() as entrant:
        if error:
            raise LoginRefused("The OpenID provider let nobody in; please begin again.")
        made = await sign_on.finish(pending, code, entrant)
    response = RedirectResponse(pending.next, _SEE)
    cookies.drop_pending(response, settings)
    cookies.keep_session(response, made, settings)
    return response
