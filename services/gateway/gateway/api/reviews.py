"""Where people are given examples to review, say what they think, and see what became of each, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from contracts.api.example import Example, Review, Reviewed, ReviewOfMany
from contracts.api.page import Page
from contracts.api.review import (
    Assigned,
    Assignment,
    AssignmentOfOne,
    Claim,
    Claimed,
    ExampleEdit,
    HistoryEntry,
    QueuedExample,
    Release,
    Released,
)
from contracts.commands.examples import ReviewExample, ReviewExamples
from contracts.commands.reviews import (
    AssignExample,
    AssignExamples,
    ClaimExamples,
    EditExample,
    ListExampleHistory,
    ListQueue,
    ReleaseExamples,
)
from gateway.access import names, rights
from gateway.access.rights import Right
from gateway.api.asker import Asker, PageOf, Reader, Reviewer, Submitter
from gateway.api.revisions import Editing

router = APIRouter(prefix="/v1/examples", tags=["examples"])


@router.get("/queue")
async def list_queue(reviewer: Reviewer, question: Annotated[ListQueue, Query()]) -> Page[QueuedExample]:
    """List what you should review next: yours first, then what is disputed, then what the task's policy puts first."""
    return await reviewer.ask(question)


@router.post("/claim")
async def claim_examples(reviewer: Reviewer, claim: Claim) -> Claimed:
    """Hold the next examples for some minutes; others are given other ones, unless more reviews are required."""
    return await reviewer.ask(ClaimExamples(claim=claim))


@router.post("/assign")
async def assign_examples(reviewer: Reviewer, assignment: Assignment) -> Assigned:
    """Share pending examples out evenly; never to those who submitted them where they may not review their own."""
    await _refuse_strangers(reviewer, assignment.to)
    return await reviewer.ask(AssignExamples(assignment=assignment))


@router.post("/release")
async def release_examples(reviewer: Reviewer, release: Release) -> Released:
    """Give back what you, or somebody else, hold or were assigned."""
    return await reviewer.ask(ReleaseExamples(release=release))


@router.post("/review")
async def review_examples(reviewer: Reviewer, review: ReviewOfMany) -> Reviewed:
    """Review many pending examples at once; those that are settled already are left as they are."""
    return await reviewer.ask(ReviewExamples(review=review))


@router.post("/{example_id}/review")
async def review_example(reviewer: Reviewer, example_id: str, review: Review, edit: Editing) -> Example:
    """Approve or reject a pending example, as it is or corrected; 409 if it is settled already."""
    command = ReviewExample(example_id=example_id, review=review, expected_revision=edit.expected)
    return edit.answer(await reviewer.ask(command))


@router.post("/{example_id}/assign")
async def assign_example(reviewer: Reviewer, example_id: str, assignment: AssignmentOfOne) -> Assigned:
    """Give one example to people, or to others than now."""
    await _refuse_strangers(reviewer, assignment.to)
    return await reviewer.ask(AssignExample(example_id=example_id, assignment=assignment))


@router.get("/{example_id}/history")
async def show_history(reader: Reader, example_id: str, page: PageOf) -> Page[HistoryEntry]:
    """Show what happened to an example, oldest first: by whom it was submitted, edited, reviewed and settled."""
    return await reader.ask(ListExampleHistory(example_id=example_id, **page.model_dump()))


@router.patch("/{example_id}")
async def edit_example(submitter: Submitter, example_id: str, change: ExampleEdit, edit: Editing) -> Example:
    """Change a pending example; reviews of the older text count no more. Without the right to review: your own ones."""
    own = Right.REVIEW not in submitter.identity.rights
    command = EditExample(example_id=example_id, edit=change, expected_revision=edit.expected, only_own=own)
    return edit.answer(await submitter.ask(command))


async def _refuse_strangers(asker: Asker, wanted: tuple[str, ...]) -> None:
    """Refuse names that nobody has who may review: what is given to them would wait for ever."""
    async with asker.transaction() as tx:
        await names.refuse_strangers(tx, wanted, roles=rights.TABLE[Right.REVIEW], besides=asker.identity.actor)
