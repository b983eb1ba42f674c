"""Where candidates are rolled out over HTTP: started, watched, steered."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response
from starlette.responses import StreamingResponse

from contracts.api.page import Page
from contracts.api.rollout import OPEN, NewRollout, Replay, Rollout, RolloutAction, Steering, Terms
from contracts.commands.rollouts import GetRollout, ListRollouts, ReplayRollout, StartRollout, SteerRollout
from contracts.events.release import RolloutChanged
from gateway.api import revisions, watching
from gateway.api.asker import Reader, Releaser
from gateway.api.revisions import Editing
from gateway.api.watching import EventStream, LastEvent, Watching
from gateway.streams import wire
from gateway.streams.heard import Only
from gateway.streams.telling import End, Gap, Told

router = APIRouter(prefix="/v1/rollouts", tags=["rollouts"])

_NO_WORD = Steering()
_CLOCKS_DIFFER = timedelta(minutes=1)


@router.get("")
async def list_rollouts(reader: Reader, question: Annotated[ListRollouts, Query()]) -> Page[Rollout]:
    """List the rollouts, newest first; the history comes with a single one."""
    return await reader.ask(question)


@router.post("", status_code=201)
async def start_rollout(releaser: Releaser, new: NewRollout, response: Response) -> Rollout:
    """Give a version more of the units step by step, as long as nothing speaks against it."""
    return revisions.tagged(response, await releaser.ask(StartRollout(rollout=new)))


@router.get("/{rollout_id}")
async def show_rollout(reader: Reader, rollout_id: str, response: Response) -> Rollout:
    """Show where a rollout is, what is known of both arms, what is missing, and its history."""
    return revisions.tagged(response, await reader.ask(GetRollout(rollout_id=rollout_id)))


@router.get("/{rollout_id}/events", response_class=StreamingResponse, responses=watching.DOCUMENTED)
async def watch_rollout(watcher: Watching, rollout_id: str, last_event_id: LastEvent = None) -> EventStream:
    """Stream what is done about a rollout from its beginning, or from where it was left, until the rollout has ended.

    What happened longer ago than events are kept is in the history of the rollout alone.
    """
    rollout = await watcher.asker.ask(GetRollout(rollout_id=rollout_id))
    wish = watcher.wish(Only(frozenset({RolloutChanged.subject}), about=("rollout_id", rollout.id)), last_event_id)
    since = None if wish.after else rollout.created_at - _CLOCKS_DIFFER
    told = watcher.told(replace(wish, subject=RolloutChanged.subject, since=since))
    return watcher.stream(_until_ended(told, ended=rollout.status not in OPEN))


async def _until_ended(told: AsyncGenerator[Told], *, ended: bool) -> AsyncGenerator[bytes]:
    """End with the last word on a rollout, but not before everything stored has been told: it may have begun anew."""
    is_stored = True
    async with aclosing(told):
        async for each in told:
            yield watching.written(each)
            if each is None:
                is_stored = False
            elif each and not isinstance(each, Gap | End):
                ended = each[-1].content.get("status") not in OPEN
            if ended and not is_stored:
                yield wire.ALL_TOLD
                return


@router.post("/{rollout_id}/replay")
async def replay_rollout(reader: Reader, rollout_id: str, terms: Terms) -> Replay:
    """Try other terms on the recorded evidence of the last step: when would it have been decided, and how."""
    return await reader.ask(ReplayRollout(rollout_id=rollout_id, terms=terms))


@router.post("/{rollout_id}/{action}")
async def steer_rollout(
    releaser: Releaser, rollout_id: str, action: RolloutAction, edit: Editing, order: Steering = _NO_WORD
) -> Rollout:
    """Pause, resume, advance, abort or retry a rollout; 409 if that does not fit its present state."""
    command = SteerRollout(rollout_id=rollout_id, action=action, reason=order.reason, expected_revision=edit.expected)
    return edit.answer(await releaser.ask(command))
