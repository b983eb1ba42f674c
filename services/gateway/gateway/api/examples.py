"""Where examples are submitted, listed and reviewed over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from contracts.api.example import Example, ExampleStats, NewExample, Review, Reviewed, ReviewOfMany
from contracts.api.page import Page
from contracts.commands.examples import (
    CountExamples,
    GetExample,
    ListExamples,
    ReviewExample,
    ReviewExamples,
    SubmitExample,
)
from gateway.api.asker import Reader, Reviewer, Submitter

router = APIRouter(prefix="/v1/examples", tags=["examples"])


@router.get("")
async def list_examples(reader: Reader, question: Annotated[ListExamples, Query()]) -> Page[Example]:
    """List the examples, newest first; `status=pending` is the review queue."""
    return await reader.ask(question)


@router.post("", status_code=201)
async def submit_example(submitter: Submitter, new: NewExample) -> Example:
    """Submit an example by hand."""
    return await submitter.ask(SubmitExample(example=new))


@router.get("/stats")
async def count_examples(reader: Reader, question: Annotated[CountExamples, Query()]) -> ExampleStats:
    """Count the examples by status."""
    return await reader.ask(question)


@router.post("/review")
async def review_examples(reviewer: Reviewer, review: ReviewOfMany) -> Reviewed:
    """Approve or reject many pending examples at once; those reviewed already are left as they are."""
    return await reviewer.ask(ReviewExamples(review=review))


@router.get("/{example_id}")
async def show_example(reader: Reader, example_id: str) -> Example:
    """Show one example."""
    return await reader.ask(GetExample(example_id=example_id))


@router.post("/{example_id}/review")
async def review_example(reviewer: Reviewer, example_id: str, review: Review) -> Example:
    """Approve or reject a pending example; 409 if it was reviewed already."""
    return await reviewer.ask(ReviewExample(example_id=example_id, review=review))
