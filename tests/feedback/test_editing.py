"""Where it is tried that of two who edit what both have in view, one is told to look again."""

import asyncio
from typing import Any

import pytest

from contracts.api.feedback_policy import FeedbackPolicy
from contracts.api.redaction import RedactionRule, RedactionRules
from contracts.api.retraining import RetrainPolicy
from contracts.command import Command
from contracts.commands.feedback_policies import GetFeedbackPolicy, SetFeedbackPolicy
from contracts.commands.redaction import GetRedaction, SetRedaction
from contracts.commands.retraining import GetRetrainPolicy, SetRetrainPolicy
from contracts.errors import Stale
from contracts.etags import etag
from tests.feedback.running import Running


def set_rules(number: int, **more: Any) -> SetRedaction:
    rules = RedactionRules(rules=(RedactionRule(name=f"rule-{number}", pattern="x+"),))
    return SetRedaction(rules=rules, **more)


def set_policy(number: int, **more: Any) -> SetFeedbackPolicy:
    return SetFeedbackPolicy(task="tickets", policy=FeedbackPolicy(required_reviews=number), **more)


def set_retraining(number: int, **more: Any) -> SetRetrainPolicy:
    return SetRetrainPolicy(task="tickets", policy=RetrainPolicy(min_new_examples=number), **more)


@pytest.mark.parametrize(
    ("look", "write"),
    [
        (GetRedaction(), set_rules),
        (GetFeedbackPolicy(task="tickets"), set_policy),
        (GetRetrainPolicy(task="tickets"), set_retraining),
    ],
)
async def test_of_edits_with_the_same_in_view_one_is_made(feedback: Running, look: Command[Any], write: Any) -> None:
    for number in (2, 6):
        seen = etag(await feedback.ask(look))
        edits = [feedback.ask(write(number + each, seen=seen)) for each in range(3)]
        said = await asyncio.gather(*edits, return_exceptions=True)

        (made,) = [each for each in said if not isinstance(each, Stale)]
        assert etag(made) == etag(await feedback.ask(look)) != seen
        assert {each.facts["etag"] for each in said if isinstance(each, Stale)} == {etag(made)}
    await feedback.ask(write(9))
