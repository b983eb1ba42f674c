"""Where versions are compared in experiments over HTTP: started, watched, stopped."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from contracts.api.experiment import Experiment, NewExperiment, Stop
from contracts.api.page import Page
from contracts.api.rollout import Replay, Terms
from contracts.commands.experiments import (
    GetExperiment,
    ListExperiments,
    ReplayExperiment,
    StartExperiment,
    StopExperiment,
)
from gateway.api import revisions
from gateway.api.asker import Reader, Releaser
from gateway.api.revisions import Editing

router = APIRouter(prefix="/v1/experiments", tags=["experiments"])

_NO_WINNER = Stop()


@router.get("")
async def list_experiments(reader: Reader, question: Annotated[ListExperiments, Query()]) -> Page[Experiment]:
    """List the experiments, newest first."""
    return await reader.ask(question)


@router.post("", status_code=201)
async def start_experiment(releaser: Releaser, new: NewExperiment, response: Response) -> Experiment:
    """Let versions serve side by side, each a share of the units, until the evidence says which is best."""
    return revisions.tagged(response, await releaser.ask(StartExperiment(experiment=new)))


@router.get("/{experiment_id}")
async def show_experiment(reader: Reader, experiment_id: str, response: Response) -> Experiment:
    """Show what is known of each arm, what that says, how sure it is, what is missing, and what to do next."""
    return revisions.tagged(response, await reader.ask(GetExperiment(experiment_id=experiment_id)))


@router.post("/{experiment_id}/replay")
async def replay_experiment(reader: Reader, experiment_id: str, terms: Terms) -> Replay:
    """Try other terms on the recorded evidence: when would it have been decided, and how."""
    return await reader.ask(ReplayExperiment(experiment_id=experiment_id, terms=terms))


@router.post("/{experiment_id}/stop")
async def stop_experiment(
    releaser: Releaser, experiment_id: str, edit: Editing, order: Stop = _NO_WINNER
) -> Experiment:
    """End an experiment; the arm that is named the winner becomes the champion, or else the champion gets all units."""
    command = StopExperiment(experiment_id=experiment_id, stop=order, expected_revision=edit.expected)
    return edit.answer(await releaser.ask(command))
