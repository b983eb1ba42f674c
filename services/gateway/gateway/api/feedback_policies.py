"""Where it is said over HTTP how the feedback of a task counts."""

from fastapi import APIRouter

from contracts.api.feedback_policy import FeedbackPolicy
from contracts.commands.feedback_policies import GetFeedbackPolicy, SetFeedbackPolicy
from contracts.etags import etag
from gateway.api.asker import Configurer, Reader
from gateway.api.contents import Editing
from gateway.api.looks import UNCHANGED, Looking

router = APIRouter(prefix="/v1/tasks/{task}/feedback-policy", tags=["feedback"])


@router.get("", responses=UNCHANGED)
async def show_policy(reader: Reader, task: str, look: Looking) -> FeedbackPolicy:
    """Show how the feedback of a task counts; where nothing was set, the default."""
    found = await reader.ask(GetFeedbackPolicy(task=task))
    return look.answer(found, etag(found))


@router.put("")
async def set_policy(configurer: Configurer, task: str, policy: FeedbackPolicy, edit: Editing) -> FeedbackPolicy:
    """Set how the feedback of a task counts."""
    return edit.answer(await configurer.ask(SetFeedbackPolicy(task=task, policy=policy, seen=edit.seen)))
