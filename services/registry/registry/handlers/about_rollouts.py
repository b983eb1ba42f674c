"""Where commands about rollouts and canaries are answered."""

from chassis.database import Transaction
from chassis.rpc.answering import Answers
from contracts.api.page import Page
from contracts.api.rollout import Replay, Rollout
from contracts.api.route import Route
from contracts.commands.rollouts import GetRollout, ListRollouts, ReplayRollout, StartRollout, SteerRollout
from contracts.commands.versions import SetCanary
from registry import versions
from registry.rollouts import canaries, held, replaying, starting, steering, telling


def answer(known: Answers) -> None:
    """Register how commands about rollouts are answered."""
    _answer_orders(known)

    @known.to(GetRollout)
    async def get_rollout(tx: Transaction, command: GetRollout) -> Rollout:
        return await telling.tell(tx, await held.get(tx, command.rollout_id))

    @known.to(ListRollouts)
    async def list_rollouts(tx: Transaction, command: ListRollouts) -> Page[Rollout]:
        return await telling.list_(tx, command)

    @known.to(ReplayRollout)
    async def replay_rollout(tx: Transaction, command: ReplayRollout) -> Replay:
        return await replaying.replay(tx, command.rollout_id, command.terms)


def _answer_orders(known: Answers) -> None:
    @known.to(StartRollout)
    async def start_rollout(tx: Transaction, command: StartRollout) -> Rollout:
        return await telling.tell(tx, await starting.start(tx, command.rollout))

    @known.to(SteerRollout)
    async def steer_rollout(tx: Transaction, command: SteerRollout) -> Rollout:
        return await telling.tell(tx, await steering.steer(tx, command))

    @known.to(SetCanary)
    async def set_canary(tx: Transaction, command: SetCanary) -> Route:
        version = await versions.get(tx, command.version_id)
        return await canaries.set_(tx, version, command.canary, command.expected_revision)
