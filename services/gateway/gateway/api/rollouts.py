"""Where candidates are rolled out over HTTP: started, watched, steered."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from contracts.api.page import Page
from contracts.api.rollout import NewRollout, Replay, Rollout, RolloutAction, Steering, Terms
from contracts.commands.rollouts import GetRollout, ListRollouts, ReplayRollout, StartRollout, SteerRollout
from gateway.api import revisions
from gateway.api.asker import Reader, Releaser
from gateway.api.revisions import Editing

router = APIRouter(prefix="/v1/rollouts", tags=["rollouts"])

_NO_WORD = Steering()


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
