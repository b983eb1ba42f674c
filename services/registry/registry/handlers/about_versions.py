"""Where commands about versions are answered."""

from chassis.database import Transaction
from chassis.rpc.answering import Answers
from contracts.api.difference import VersionDifference
from contracts.api.page import Page
from contracts.api.route import Route
from contracts.api.version import Version
from contracts.commands.versions import (
    ApproveVersion,
    CompareVersions,
    GetVersion,
    ListVersions,
    PromoteVersion,
    RegisterVersion,
    RetireVersion,
)
from contracts.ids import new_id
from registry import retiring, versions
from registry.rollouts import canaries
from registry.versions import Registration


def answer(known: Answers) -> None:
    """Register how commands about versions are answered."""

    @known.to(GetVersion)
    async def get_version(tx: Transaction, command: GetVersion) -> Version:
        return await versions.get(tx, command.version_id)

    @known.to(ListVersions)
    async def list_versions(tx: Transaction, command: ListVersions) -> Page[Version]:
        return await versions.list_(tx, command)

    @known.to(CompareVersions)
    async def compare_versions(tx: Transaction, command: CompareVersions) -> VersionDifference:
        return await versions.compare(tx, command.a, command.b)

    _answer_orders(known)


def _answer_orders(known: Answers) -> None:
    @known.to(RegisterVersion)
    async def register_version(tx: Transaction, command: RegisterVersion) -> Version:
        return await versions.register_external(tx, _registration(command))

    @known.to(ApproveVersion)
    async def approve_version(tx: Transaction, command: ApproveVersion) -> Version:
        return await versions.approve(tx, command.version_id, command.approval.note)

    @known.to(RetireVersion)
    async def retire_version(tx: Transaction, command: RetireVersion) -> Version:
        return await retiring.retire(tx, command.version_id, command.status, command.retirement.reason)

    @known.to(PromoteVersion)
    async def promote_version(tx: Transaction, command: PromoteVersion) -> Route:
        version = await versions.get(tx, command.version_id)
        return await canaries.promote(tx, version, command.promotion, command.expected_revision)


def _registration(command: RegisterVersion) -> Registration:
    facts = command.facts
    return Registration(
        id=new_id(),
        task=command.task,
        artifact=command.artifact,
        metrics=facts.metrics,
        lineage=facts.lineage | {"parameters": facts.parameters},
        card=facts.card,
        bump=facts.label_bump,
        label=facts.label,
    )
