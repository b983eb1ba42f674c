"""Where the question what can be learnt from feedback is declared; the feedback service owns the answer."""

from contracts.api.insights import Insights
from contracts.api.metrics import Period
from contracts.command import Command
from contracts.service import Service


class GetInsights(Command[Insights]):
    """Give what can be learnt from the feedback of a task, from sums and the newest rows; raises `UnknownTask`."""

    subject = "insights.get"
    owner = Service.FEEDBACK
    timeout_s = 15.0

    task: str
    period: Period = Period.WEEK
