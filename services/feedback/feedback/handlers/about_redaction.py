"""Where the commands about redaction are answered."""

import secrets
from collections.abc import Sequence

from chassis import editions
from chassis.database import Transaction
from chassis.rpc.answering import Answers
from contracts.api.redaction import Redaction, RedactionPreview, RedactionRule, RedactionTrial
from contracts.commands.redaction import GetRedaction, PreviewRedaction, SetRedaction
from feedback.ingest import redacting
from feedback.redaction import redactor
from feedback.redaction.redactor import Redactor
from feedback.store import redactions
from feedback.store.redactions import Kept

_KEY_BYTES = 32


def answer(answers: Answers) -> None:
    """Register the answers."""

    @answers.to(GetRedaction)
    async def find(tx: Transaction, _: GetRedaction) -> Redaction:
        return await _rules(tx)

    @answers.to(SetRedaction)
    async def change(tx: Transaction, command: SetRedaction) -> Redaction:
        redactor.of(command.rules.rules, b"")
        await editions.demand_seen(tx, command.seen, "redaction", lambda: _rules(tx))
        return await redactions.set_(tx, command.rules, secrets.token_bytes(_KEY_BYTES))

    @answers.to(PreviewRedaction)
    async def preview(tx: Transaction, command: PreviewRedaction) -> RedactionPreview:
        kept, trial = await _kept(tx), command.trial
        rules: Sequence[RedactionRule] = kept.redaction.rules if trial.rules is None else trial.rules
        return _tried(trial, redactor.of(rules, kept.hash_key))


async def _rules(tx: Transaction) -> Redaction:
    return (await _kept(tx)).redaction


async def _kept(tx: Transaction) -> Kept:
    found = await redactions.of(tx, [tx.tenant])
    return found.get(tx.tenant, Kept(Redaction(), secrets.token_bytes(_KEY_BYTES)))


def _tried(trial: RedactionTrial, made: Redactor) -> RedactionPreview:
    task = trial.task or (trial.body or {}).get("task")
    of_task = made.of_task(task if isinstance(task, str) else None)
    if of_task is None:
        return RedactionPreview(text=trial.text, body=trial.body, found={})
    text = None if trial.text is None else of_task.text(trial.text)
    body = None if trial.body is None else redacting.item(of_task, trial.body)
    return RedactionPreview(text=text, body=body, found=dict(of_task.found))
