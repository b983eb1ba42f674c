"""Where examples are judged by what is known of them and of others, when they come and again when more is known."""

from collections.abc import Mapping, Sequence

from chassis.database import Transaction
from contracts.api.feedback import Source
from feedback import quality
from feedback.quality import Alike, Belief, Facts, Quality
from feedback.store import examples, judgments
from feedback.store.examples import Question
from feedback.store.judgments import Judged, Verdict


async def judge(tx: Transaction, task: str, by: str, known: Facts) -> tuple[bytes | None, Quality]:
    """Judge an example that is about to be submitted; gives the likeness of its text too."""
    likeness = quality.likeness(known.text)
    if likeness is None:
        return None, quality.assess(known)
    question = (tx.tenant, task, likeness)
    others = (await examples.count_alike(tx, [question])).get(question, {})
    alike = quality.compare(known.label, by, others)
    return likeness, quality.assess(quality.beside(known, alike))


async def rejudge(tx: Transaction, task: str, example_ids: Sequence[str]) -> Mapping[str, float]:
    """Judge stored examples of a task anew by all that is known by now; give the quality of each."""
    if not example_ids:
        return {}
    found = await judgments.facts(tx, example_ids)
    questions: set[Question] = {(tx.tenant, task, each.likeness) for each in found if each.likeness}
    alike = await examples.count_alike(tx, sorted(questions)) if questions else {}
    verdicts: list[Verdict] = []
    for each in found:
        others = alike.get((tx.tenant, task, each.likeness), {}) if each.likeness else {}
        judged = quality.assess(_facts(each, _others(each, others)))
        verdicts.append(Verdict(each.id, judged.score, judged.reasons))
    await judgments.set_quality(tx, verdicts)
    return {verdict.id: verdict.quality for verdict in verdicts}


def _others(judged: Judged, counts: Mapping[tuple[str, str], int]) -> Alike:
    """Compare with others, who are all but the example itself."""
    if judged.label is None:
        return Alike()
    own = (judged.label, judged.submitted_by)
    others = {**counts, own: max(0, counts.get(own, 0) - (not judged.rejected))}
    return quality.compare(judged.label, judged.submitted_by, others)


def _facts(judged: Judged, alike: Alike) -> Facts:
    belief = None
    if judged.p_label is not None and judged.likely_label is not None:
        belief = Belief(judged.p_label, judged.likely_label, judged.p_likely or 0.0, judged.label_texts or 0)
    return Facts(
        source=Source(judged.source),
        text=judged.text,
        label=judged.label,
        confidence=judged.confidence,
        corrected=judged.has_answer and judged.answered != judged.label,
        alike=alike,
        belief=belief,
        idle_days=judged.idle_days or 0,
    )
