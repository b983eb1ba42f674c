"""Where the calls about examples and their review are described."""

from collections.abc import Sequence

from contracts.api.assessment import SUSPECT_QUALITY, Assessment
from contracts.api.example import (
    Example,
    ExampleOfAnswer,
    ExampleOrder,
    ExampleStats,
    ExampleStatus,
    NewExample,
    Review,
    Reviewed,
    ReviewOfMany,
    ReviewVerdict,
)
from contracts.api.lineage import Learner
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
from ratchet.wire.call import Call, Term, at, delete, get, only_if, patch, post
from ratchet.wire.noun import Noun, Way, endpoint, every, fields, filled


class Examples(Noun[Way]):
    """What is worth training on, once approved."""

    @fields(NewExample)
    def submit(self, example: NewExample) -> Call[Example]:
        """Submit an example with the fields of `NewExample`; raises `UnknownTask`, `InvalidInput`."""
        return post(at("examples"), Example, example)

    @fields(ExampleOfAnswer)
    def submit_answer(self, inference_id: str, example: ExampleOfAnswer) -> Call[Example]:
        """Make an example of a served answer with the fields of `ExampleOfAnswer`.

        Raises `UnknownInference`, `InvalidInput`, and `AlreadySubmitted` if you made another of it.
        """
        return post(at("examples", "from-inference", inference_id), Example, example)

    @endpoint
    def delete(self, example_id: str) -> Call[None]:
        """Delete an example, which the versions that learnt from it still name; raises `NotAllowed`."""
        return delete(at("examples", example_id))

    @endpoint
    def assess(self, task: str) -> Call[Assessment]:
        """Have the labels of a task's examples assessed soon; raises `UnknownTask`, `InvalidInput`."""
        return post(at("tasks", task, "examples", "assess"), Assessment)

    @endpoint
    def assessment(self, task: str) -> Call[Assessment]:
        """Give how far the assessment of a task's examples is, or what the last one came to."""
        return get(at("tasks", task, "examples", "assessment"), Assessment)

    def _learners(self, name: str, *, limit: int = 50, cursor: str | None = None) -> Call[Page[Learner]]:
        """Give a page of the versions that learnt from an example, newest first.

        It is named by its id, by the key of the feedback, or by the id of the inference that it came from.
        """
        return get(at("examples", name, "versions"), Page[Learner], limit=limit, cursor=cursor)

    versions = endpoint(_learners)
    all_versions = every(_learners)

    @endpoint
    def get(self, example_id: str) -> Call[Example]:
        """Give one example; raises `UnknownExample`."""
        return get(at("examples", example_id), Example)

    def _page(
        self,
        *,
        task: str | None = None,
        status: ExampleStatus | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Call[Page[Example]]:
        """Give a page of examples, newest first."""
        return get(at("examples"), Page[Example], task=task, status=status, limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)

    def _doubtful(
        self,
        *,
        task: str | None = None,
        status: ExampleStatus | None = ExampleStatus.APPROVED,
        max_quality: float = SUSPECT_QUALITY,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Call[Page[Example]]:
        """Give a page of examples of a quality up to ``max_quality``, the worst first."""
        wanted: dict[str, Term] = {"task": task, "status": status, "max_quality": max_quality, "limit": limit}
        return get(at("examples"), Page[Example], **wanted, order=ExampleOrder.QUALITY, cursor=cursor)

    worst = endpoint(_doubtful)
    all_worst = every(_doubtful)

    @endpoint
    def review(
        self,
        example_id: str,
        *,
        verdict: ReviewVerdict,
        note: str | None = None,
        expected_output: object = None,
        revision: int | None = None,
    ) -> Call[Example]:
        """Review a pending example, as it is or corrected; with ``revision`` only if nobody changed it since.

        Raises `UnknownExample`, `AlreadyReviewed`, `OwnExample`, `Stale`.
        """
        given = {"verdict": verdict, "note": note, "expected_output": expected_output}
        said = filled(Review, **{name: value for name, value in given.items() if value is not None})
        return only_if(revision, post(at("examples", example_id, "review"), Example, said))

    @endpoint
    def review_many(
        self, ids: Sequence[str], *, verdict: ReviewVerdict = ReviewVerdict.APPROVE, note: str | None = None
    ) -> Call[Reviewed]:
        """Review up to 1,000 pending examples; those that are settled stay as they are."""
        wanted = ReviewOfMany.model_construct(ids=tuple(ids), verdict=verdict, note=note)
        return post(at("examples", "review"), Reviewed, wanted)

    @endpoint
    def stats(self, *, task: str | None = None) -> Call[ExampleStats]:
        """Count the examples by status."""
        return get(at("examples", "stats"), ExampleStats, task=task)

    @endpoint
    def queue(self, task: str, *, limit: int = 20) -> Call[Page[QueuedExample]]:
        """Give what you should review next: yours first, then what is disputed; raises `UnknownTask`."""
        return get(at("examples", "queue"), Page[QueuedExample], task=task, limit=limit)

    @fields(Claim)
    def claim(self, claim: Claim) -> Call[Claimed]:
        """Hold the next examples for some minutes with the fields of `Claim`, so that nobody else is given them."""
        return post(at("examples", "claim"), Claimed, claim)

    @fields(Assignment)
    def assign(self, assignment: Assignment) -> Call[Assigned]:
        """Share pending examples out evenly with the fields of `Assignment`; raises `UnknownTask`, `InvalidInput`."""
        return post(at("examples", "assign"), Assigned, assignment)

    @fields(AssignmentOfOne)
    def give(self, example_id: str, assignment: AssignmentOfOne) -> Call[Assigned]:
        """Give one example to people with the fields of `AssignmentOfOne`."""
        return post(at("examples", example_id, "assign"), Assigned, assignment)

    @fields(Release)
    def release(self, release: Release) -> Call[Released]:
        """Give back what you, or ``person``, hold or were assigned, with the fields of `Release`."""
        return post(at("examples", "release"), Released, release)

    @endpoint
    def edit(self, example_id: str, edit: ExampleEdit, *, revision: int | None = None) -> Call[Example]:
        """Change a pending example; reviews of the older text count no more.

        Raises `UnknownExample`, `AlreadyReviewed`, `Stale`, `NotAllowed`.
        """
        return only_if(revision, patch(at("examples", example_id), Example, edit))

    def _story(self, example_id: str, *, limit: int = 100, cursor: str | None = None) -> Call[Page[HistoryEntry]]:
        """Give a page of what happened to an example, oldest first; raises `UnknownExample`."""
        return get(at("examples", example_id, "history"), Page[HistoryEntry], limit=limit, cursor=cursor)

    history = endpoint(_story)
    all_history = every(_story)
