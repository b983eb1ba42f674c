"""Where the calls about examples and their review are described."""

from collections.abc import Sequence

from contracts.api.example import (
    Example,
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
from ratchet.wire.call import Call, at, get, post
from ratchet.wire.noun import Noun, Way, endpoint, every, fields


class Examples(Noun[Way]):
    """What is worth training on, once approved."""

    @fields(NewExample)
    def submit(self, example: NewExample) -> Call[Example]:
        """Submit an example with the fields of `NewExample`; raises `UnknownTask`, `InvalidInput`."""
        return post(at("examples"), Example, example)

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

    @fields(Review)
    def review(self, example_id: str, review: Review) -> Call[Example]:
        """Approve or reject a pending example; raises `UnknownExample`, `AlreadyReviewed`."""
        return post(at("examples", example_id, "review"), Example, review)

    @endpoint
    def review_many(
        self, ids: Sequence[str], *, verdict: ReviewVerdict = ReviewVerdict.APPROVE, note: str | None = None
    ) -> Call[Reviewed]:
        """Approve or reject up to 1,000 pending examples; those reviewed already stay as they are."""
        wanted = ReviewOfMany.model_construct(ids=tuple(ids), verdict=verdict, note=note)
        return post(at("examples", "review"), Reviewed, wanted)

    @endpoint
    def stats(self, *, task: str | None = None) -> Call[ExampleStats]:
        """Count the examples by status."""
        return get(at("examples", "stats"), ExampleStats, task=task)
