"""Where it is described how the feedback of a task counts: until when, as what, and who has to agree on examples."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from contracts.ids import Key
from contracts.message import Request


class Agreement(StrEnum):
    """When reviewers agree: all of them, or more than half."""

    UNANIMOUS = "unanimous"
    MAJORITY = "majority"


class SuccessDefinition(Request):
    """What ``success`` is: which outcome tells it, how it is counted, which way is better, and until when.

    Without ``metric`` it is feedback of operation ``outcome``: its score, else its verdict; with it, the feedback of
    that name. Of type ``share`` an outcome that reaches ``threshold`` in the direction is a success and any other is
    none; of type ``mean`` it is the mean of the values.
    """

    metric: Annotated[Key | None, Field(description="Name of an outcome of your own, such as basket-value.")] = None
    type: Literal["share", "mean"] = "mean"
    direction: Literal["higher", "lower"] = "higher"
    threshold: FiniteFloat = 0.5
    window_hours: Annotated[
        FiniteFloat | None, Field(gt=0, le=87_600, description="Outcomes that come later do not count.")
    ] = None


class FeedbackPolicy(Request):
    """How the feedback of a task counts; what is changed counts for what comes from then on."""

    attribution_window_days: Annotated[
        FiniteFloat, Field(gt=0, le=3_650, description="Opinions given later than this after the answer do not count.")
    ] = 30
    success: SuccessDefinition = SuccessDefinition()
    required_reviews: Annotated[int, Field(ge=1, le=10, description="How many people must review an example.")] = 1
    agreement: Annotated[Agreement, Field(description="Who must agree; else somebody adjudicates.")] = (
        Agreement.UNANIMOUS
    )
    own_reviews: Annotated[bool, Field(description="Whether those who submit an example may review it.")] = True
    review_order: Annotated[
        Literal["hardest", "oldest"], Field(description="What waits first: the lowest quality, or the longest wait.")
    ] = "hardest"
