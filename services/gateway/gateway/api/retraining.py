"""Where it is said over HTTP when training is asked for, and shown when it was."""

from fastapi import APIRouter

from contracts.api.page import Page
from contracts.api.retraining import RetrainDecision, RetrainPolicy, RetrainReplay, RetrainReplayTerms
from contracts.commands.retraining import (
    CheckRetraining,
    GetRetrainPolicy,
    ListRetrainDecisions,
    ReplayRetraining,
    SetRetrainPolicy,
)
from gateway.api.asker import Configurer, PageOf, Reader, Trainer

router = APIRouter(prefix="/v1/tasks/{task}", tags=["retraining"])


@router.get("/retrain-policy")
async def show_policy(reader: Reader, task: str) -> RetrainPolicy:
    """Show the policy of a task; where none was set, the default, switched off."""
    return await reader.ask(GetRetrainPolicy(task=task))


@router.put("/retrain-policy")
async def set_policy(configurer: Configurer, task: str, policy: RetrainPolicy) -> RetrainPolicy:
    """Set the policy of a task."""
    return await configurer.ask(SetRetrainPolicy(task=task, policy=policy))


@router.post("/retrain-policy/replay")
async def replay_policy(trainer: Trainer, task: str, terms: RetrainReplayTerms) -> RetrainReplay:
    """Show what a policy would have done in the checks of a time, beside what was done, without changing anything."""
    return await trainer.ask(ReplayRetraining(task=task, terms=terms))


@router.post("/retrain-check")
async def check_now(trainer: Trainer, task: str) -> RetrainDecision:
    """Check the policy now; the decision is stored, fired or not."""
    return await trainer.ask(CheckRetraining(task=task))


@router.get("/retrain-decisions")
async def list_decisions(reader: Reader, task: str, page: PageOf) -> Page[RetrainDecision]:
    """List the decisions of a task, newest first."""
    return await reader.ask(ListRetrainDecisions(task=task, **page.model_dump()))
