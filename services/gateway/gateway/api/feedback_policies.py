"""Where it is said over HTTP how the feedback of a task counts."""

from fastapi import APIRouter

from contracts.api.feedback_policy import FeedbackPolicy
from contracts.commands.feedback_policies import GetFeedbackPolicy, SetFeedbackPolicy
from gateway.api.asker import Configurer, Reader

router = APIRouter(prefix="/v1/tasks/{task}/feedback-policy", tags=["feedback"])


@router.get("")
async def show_policy(reader: Reader, task: str) -> FeedbackPolicy:
    """Show how the feedback of a task counts; where nothing was set, the default."""
    return await reader.ask(GetFeedbackPolicy(task=task))


@router.put("")
async def set_policy(configurer: Configurer, task: str, policy: FeedbackPolicy) -> FeedbackPolicy:
    """Set how the feedback of a task counts."""
    return await configurer.ask(SetFeedbackPolicy(task=task, policy=policy))
