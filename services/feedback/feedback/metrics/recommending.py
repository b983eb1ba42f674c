"""Where it is said what to do about the numbers of a task, each time with the numbers that say so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contracts.api.metrics import VersionMetrics
from contracts.api.retraining import RetrainPolicy
from contracts.api.system_health import Recommendation
from feedback.metrics.scoring import Vitals

_MANY_ANSWERS = 100
_FEW_JUDGED = 30
_OFTEN = 5
_LARGE_SHARE = 0.1
_FALL = 0.05
_SOME_OPINIONS = 20
_MANY_ERRORS = 0.05
_LONG_DAYS = 7


@dataclass(frozen=True, slots=True)
class Situation:
    """What recommendations rest on, besides what the score does."""

    vitals: Vitals
    confusion: Mapping[tuple[str, str], int]
    policy: RetrainPolicy | None


def recommend(situation: Situation) -> tuple[Recommendation, ...]:
    """Say what to do, the most urgent first."""
    total = situation.vitals.total
    return (
        *_about_errors(total),
        *_about_falls(situation.vitals),
        *_about_retraining(total, situation.policy),
        *_about_confusion(situation.confusion),
        *_about_judging(total),
        *_about_parked(total),
        *_about_examples(situation.vitals),
        *_about_cost(total),
    )


def _about_errors(total: VersionMetrics) -> Iterator[Recommendation]:
    if total.error_rate is not None and total.error_rate >= _MANY_ERRORS and total.inferences >= _SOME_OPINIONS:
        yield Recommendation(
            name="errors",
            sentence=f"{total.errors:,} answers were errors: look at them, and roll back if a release brought them.",
            evidence={"errors": total.errors, "inferences": total.inferences, "error_rate": total.error_rate},
        )


def _about_falls(vitals: Vitals) -> Iterator[Recommendation]:
    now, before = vitals.total.classification, vitals.before.classification if vitals.before else None
    if before is None or min(now.verdicts, before.verdicts) < _SOME_OPINIONS:
        return
    if now.acceptance is not None and before.acceptance is not None and before.acceptance - now.acceptance >= _FALL:
        yield Recommendation(
            name="acceptance",
            sentence=f"Acceptance fell from {before.acceptance:.0%} to {now.acceptance:.0%}: compare the versions, and "
            "review what people rejected.",
            evidence={"before": before.acceptance, "now": now.acceptance, "verdicts": now.verdicts},
        )


def _about_retraining(total: VersionMetrics, policy: RetrainPolicy | None) -> Iterator[Recommendation]:
    judged, accuracy = total.classification.judged, total.classification.accuracy
    least = (policy or RetrainPolicy()).min_accuracy
    is_off = policy is None or not policy.enabled
    if is_off and accuracy is not None and least is not None and accuracy < least and judged >= _FEW_JUDGED:
        yield Recommendation(
            name="retraining",
            sentence=f"Accuracy is {accuracy:.1%}, below {least:.0%}, and the retrain policy is off: switch it on, or "
            "train by hand.",
            evidence={"accuracy": accuracy, "min_accuracy": least, "judged": judged},
        )


def _about_confusion(confusion: Mapping[tuple[str, str], int]) -> Iterator[Recommendation]:
    wrong = {pair: count for pair, count in confusion.items() if pair[0] != pair[1] and count >= _OFTEN}
    if not wrong:
        return
    (predicted, actual), count = max(wrong.items(), key=lambda item: (item[1], item[0]))
    right = sum(each for (_, was), each in confusion.items() if was == actual and each > 0)
    if count / right >= _LARGE_SHARE:
        yield Recommendation(
            name="confusion",
            sentence=f"{actual!r} was taken for {predicted!r} {count:,} times ({count / right:.0%}): add "
            "examples that tell the two apart, or say what each label means.",
            evidence={"predicted": predicted, "actual": actual, "count": count, "share": count / right},
        )


def _about_judging(total: VersionMetrics) -> Iterator[Recommendation]:
    judged = total.classification.judged
    if total.inferences >= _MANY_ANSWERS and judged < _FEW_JUDGED:
        yield Recommendation(
            name="judging",
            sentence=f"Only {judged:,} of {total.inferences:,} answers were judged: ask people for a verdict, or have "
            "a sample reviewed.",
            evidence={"judged": judged, "inferences": total.inferences},
        )


def _about_parked(total: VersionMetrics) -> Iterator[Recommendation]:
    if total.parked >= _OFTEN and total.parked >= _LARGE_SHARE * total.feedback:
        yield Recommendation(
            name="parked",
            sentence=f"{total.parked:,} opinions name answers that were never reported: log the answers, with the ids "
            "that the opinions name.",
            evidence={"parked": total.parked, "feedback": total.feedback},
        )


def _about_examples(vitals: Vitals) -> Iterator[Recommendation]:
    days = vitals.oldest_pending_days
    if days is not None and days >= _LONG_DAYS:
        yield Recommendation(
            name="reviews",
            sentence=f"An example has waited {days:,.0f} days for review: work off the review queue.",
            evidence={"oldest_pending_days": days},
        )


def _about_cost(total: VersionMetrics) -> Iterator[Recommendation]:
    cost = total.cost
    if cost.unknown and (cost.known or cost.tokens_in or cost.tokens_out):
        yield Recommendation(
            name="unknown_costs",
            sentence=f"It is not known what {cost.unknown:,} of {total.inferences:,} answers cost: report cost_usd, or "
            "model and tokens, and set its price with PUT /v1/prices/{model}.",
            evidence={"unknown": cost.unknown, "unknown_share": cost.unknown_share},
        )
