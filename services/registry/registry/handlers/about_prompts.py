"""Where commands about prompts and drafts are answered."""

from chassis.database import Transaction
from chassis.rpc.answering import Answers
from contracts.api.page import Page
from contracts.api.prompt import Draft, Prompt, PromptEntry, ServedPrompt
from contracts.api.route import Route
from contracts.commands.prompts import (
    ActivatePrompt,
    ChangeDraft,
    CreateDraft,
    DeleteDraft,
    GetDraft,
    GetPrompt,
    GetPromptOfVersion,
    ListDrafts,
    ListPrompts,
    PublishDraft,
    PublishPrompt,
)
from registry.prompts import drafts, publishing


def answer(known: Answers) -> None:
    """Register how commands about prompts are answered."""

    @known.to(PublishPrompt)
    async def publish_prompt(tx: Transaction, command: PublishPrompt) -> Prompt:
        return await publishing.publish(tx, command)

    @known.to(ListPrompts)
    async def list_prompts(tx: Transaction, command: ListPrompts) -> Page[PromptEntry]:
        return await publishing.list_(tx, command)

    @known.to(GetPrompt)
    async def get_prompt(tx: Transaction, command: GetPrompt) -> Prompt:
        return await publishing.get(tx, command.task, command.number)

    _answer_about_serving(known)
    _answer_about_drafts(known)
    _answer_about_changes(known)


def _answer_about_serving(known: Answers) -> None:
    @known.to(GetPromptOfVersion)
    async def get_prompt_of_version(tx: Transaction, command: GetPromptOfVersion) -> ServedPrompt:
        return await publishing.of_version(tx, command.version_id)

    @known.to(ActivatePrompt)
    async def activate_prompt(tx: Transaction, command: ActivatePrompt) -> Route:
        return await publishing.activate(tx, command)


def _answer_about_drafts(known: Answers) -> None:
    @known.to(CreateDraft)
    async def create_draft(tx: Transaction, command: CreateDraft) -> Draft:
        return await drafts.create(tx, command.task, command.prompt)

    @known.to(ListDrafts)
    async def list_drafts(tx: Transaction, command: ListDrafts) -> Page[Draft]:
        return await drafts.list_(tx, command)

    @known.to(GetDraft)
    async def get_draft(tx: Transaction, command: GetDraft) -> Draft:
        return await drafts.get(tx, command.task, command.draft_id)


def _answer_about_changes(known: Answers) -> None:
    @known.to(ChangeDraft)
    async def change_draft(tx: Transaction, command: ChangeDraft) -> Draft:
        return await drafts.change(tx, command)

    @known.to(DeleteDraft)
    async def delete_draft(tx: Transaction, command: DeleteDraft) -> Draft:
        return await drafts.delete(tx, command)

    @known.to(PublishDraft)
    async def publish_draft(tx: Transaction, command: PublishDraft) -> Prompt:
        return await drafts.publish(tx, command)
