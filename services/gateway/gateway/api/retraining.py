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
from contracts.etags import etag
from gateway.api.asker import Configurer, PageOf, Reader, Trainer, TrainingKeeper
from gateway.api.contents import Editing
from gateway.api.looks import UNCHANGED, Looking

router = APIRouter(prefix="/v1/tasks/{task}", tags=["retraining"])


@router.get("/retrain-policy", responses=UNCHANGED)
async def show_policy(reader: Reader, task: str, look: Looking) -> RetrainPolicy:
    """Show the policy of a task; where none was set, the default, switched off."""
    found = await reader.ask(GetRetrainPolicy(task=task))
    return look.answer(found, etag(found))


@router.put("/retrain-policy")
async def set_policy(configurer: Configurer, task: str, policy: RetrainPolicy, edit: Editing) -> RetrainPolicy:
    """Set the policy of a task."""
    return edit.answer(await configurer.ask(SetRetrainPolicy(task=task, policy=policy, seen=edit.seen)))


@router.post("/retrain-policy/replay")
async def replay_policy(keeper: TrainingKeeper, task: str, terms: RetrainReplayTerms) -> RetrainReplay:
    """Show what a policy would have done in the checks of a time, beside what was done, without changing anything."""
    return await keeper.ask(ReplayRetraining(task=task, terms=terms))


@router.post("/retrain-check")
async def check_now(trainer: Trainer, task: str) -> RetrainDecision:
    """Check the policy now; the decision is stored, fired or not."""
    return await trainer.ask(CheckRetraining(task=task))


@router.get("/retrain-decisions")
async def list_decisions(reader: Reader, task: str, page: PageOf) -> Page[RetrainDecision]:
    """List the decisions of a task, newest first."""
    return await reader.ask(ListRetrainDecisions(task=task, **page.model_dump()))
