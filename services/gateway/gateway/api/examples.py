"""Where examples are submitted and listed over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from contracts.api.example import Example, ExampleOfAnswer, ExampleStats, NewExample
from contracts.api.page import Page
from contracts.commands.examples import (
    CountExamples,
    DeleteExample,
    GetExample,
    ListExamples,
    SubmitAnswer,
    SubmitExample,
)
from gateway.access.rights import Right
from gateway.api import revisions
from gateway.api.asker import Reader, Submitter

router = APIRouter(prefix="/v1/examples", tags=["examples"])


@router.get("")
async def list_examples(reader: Reader, question: Annotated[ListExamples, Query()]) -> Page[Example]:
    """List the examples, newest first; `status=pending` is the review queue.

    `order=quality` gives the worst first, `max_quality` no better ones: with `status=approved` those to doubt.
    """
    return await reader.ask(question)


@router.post("", status_code=201)
async def submit_example(submitter: Submitter, new: NewExample) -> Example:
    """Submit an example by hand."""
    return await submitter.ask(SubmitExample(example=new))


@router.post("/from-inference/{inference_id}", status_code=201)
async def submit_answer(submitter: Submitter, inference_id: str, new: ExampleOfAnswer) -> Example:
    """Make an example of a served answer, one for each person: a good one as it is, or a bad one put right.

    The same again gives the example that is there; 409 names it if something else is wanted of the answer.
    """
    return await submitter.ask(SubmitAnswer(inference_id=inference_id, example=new))


@router.get("/stats")
async def count_examples(reader: Reader, question: Annotated[CountExamples, Query()]) -> ExampleStats:
    """Count the examples by status."""
    return await reader.ask(question)


@router.get("/{example_id}")
async def show_example(reader: Reader, example_id: str, response: Response) -> Example:
    """Show one example."""
    return revisions.tagged(response, await reader.ask(GetExample(example_id=example_id)))


@router.delete("/{example_id}", status_code=204)
async def delete_example(submitter: Submitter, example_id: str) -> None:
    """Delete an example: nothing learns from it any more. Who reviews may delete any, others what waits of their own.

    Versions that learnt from it stay as they are, and their lineages still find it; it is shown as deleted.
    """
    only_own = Right.REVIEW not in submitter.identity.rights
    await submitter.ask(DeleteExample(example_id=example_id, only_own=only_own))
