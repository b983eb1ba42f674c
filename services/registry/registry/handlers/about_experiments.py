"""Where commands about experiments are answered."""

from chassis.database import Transaction
from chassis.rpc.answering import Answers
from contracts.api.experiment import Experiment
from contracts.api.page import Page
from contracts.api.rollout import Replay
from contracts.commands.experiments import (
    GetExperiment,
    ListExperiments,
    ReplayExperiment,
    StartExperiment,
    StopExperiment,
)
from registry.experiments import held, replaying, starting, stopping, telling


def answer(known: Answers) -> None:
    """Register how commands about experiments are answered."""

    @known.to(StartExperiment)
    async def start_experiment(tx: Transaction, command: StartExperiment) -> Experiment:
        return await telling.tell(tx, await starting.start(tx, command.experiment))

    @known.to(GetExperiment)
    async def get_experiment(tx: Transaction, command: GetExperiment) -> Experiment:
        return await telling.tell(tx, await held.get(tx, command.experiment_id))

    @known.to(ListExperiments)
    async def list_experiments(tx: Transaction, command: ListExperiments) -> Page[Experiment]:
        return await telling.list_(tx, command)

    @known.to(StopExperiment)
    async def stop_experiment(tx: Transaction, command: StopExperiment) -> Experiment:
        row = await stopping.stop(tx, command.experiment_id, command.stop, command.expected_revision)
        return await telling.tell(tx, row)

    @known.to(ReplayExperiment)
    async def replay_experiment(tx: Transaction, command: ReplayExperiment) -> Replay:
        return await replaying.replay(tx, command.experiment_id, command.terms)
