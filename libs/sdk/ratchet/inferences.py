"""Where the calls about served answers are described."""

from collections.abc import Sequence

from contracts.api.feedback import Accepted
from contracts.api.inference import Inference, NewInference
from contracts.api.page import Page
from ratchet.wire.call import Call, at, get, post
from ratchet.wire.noun import Noun, Way, endpoint, every, fields


class Inferences(Noun[Way]):
    """Answers that were served."""

    @fields(NewInference)
    def log(self, inference: NewInference) -> Call[Accepted]:
        """Log one answer with the fields of `NewInference`.

        It counts for its version in a rollout or experiment if it has the ``version_id`` and the ``unit`` that the
        version was resolved for. Without a unit the champion answers, and no split is told about it.
        """
        return post(at("inferences"), Accepted, inference)

    @endpoint
    def log_many(self, inferences: Sequence[NewInference]) -> Call[Accepted]:
        """Log up to 1,000 answers; one that is sent again with its ``id`` counts once."""
        return post(at("inferences"), Accepted, inferences)

    @endpoint
    def get(self, inference_id: str) -> Call[Inference]:
        """Give one inference; raises `UnknownInference`."""
        return get(at("inferences", inference_id), Inference)

    def _page(
        self,
        *,
        task: str | None = None,
        version_id: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Call[Page[Inference]]:
        """Give a page of inferences, newest first."""
        return get(at("inferences"), Page[Inference], task=task, version_id=version_id, limit=limit, cursor=cursor)

    list = endpoint(_page)
    all = every(_page)
