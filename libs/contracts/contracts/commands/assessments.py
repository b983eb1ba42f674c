"""Where the commands about assessments of labels are declared: the trainer works them out, feedback keeps them."""

from typing import Annotated

from pydantic import Field

from contracts.api.assessment import AssessableRow, AssessedLabel, Assessment, AssessmentClaim, AssessmentHeard, Share
from contracts.api.page import Page, PageSize
from contracts.command import Command
from contracts.service import Service


class AssessExamples(Command[Assessment]):
    """Have the labels of a task's examples assessed soon; raises `UnknownTask`, `InvalidInput`."""

    subject = "assessments.ask"
    owner = Service.FEEDBACK

    task: str


class GetAssessment(Command[Assessment]):
    """Give the last or the running assessment of a task; raises `UnknownTask`."""

    subject = "assessments.get"
    owner = Service.FEEDBACK

    task: str


class ClaimAssessment(Command[AssessmentClaim]):
    """Take over an assessment that was asked for, is due by the clock, or whose trainer fell silent; of any tenant."""

    subject = "assessments.claim"
    owner = Service.FEEDBACK
    askers = (Service.TRAINER,)


class CollectAssessable(Command[Page[AssessableRow]]):
    """Give the examples of a task whose labels can be assessed, the newest first."""

    subject = "assessments.collect"
    owner = Service.FEEDBACK
    askers = (Service.TRAINER,)
    timeout_s = 15.0

    task: str
    before: str | None = None
    limit: PageSize = 1000


class TellAssessment(Command[AssessmentHeard]):
    """Tell how far an assessment is, what it found, and with ``ended`` that this was all."""

    subject = "assessments.tell"
    owner = Service.FEEDBACK
    askers = (Service.TRAINER,)
    timeout_s = 15.0

    task: str
    number: int
    progress: Share = 0.0
    examples: Annotated[int, Field(ge=0)] = 0
    assessed: Annotated[tuple[AssessedLabel, ...], Field(max_length=1000)] = ()
    ended: bool = False
    failed: bool = False
    problem: Annotated[str | None, Field(max_length=2000)] = None
