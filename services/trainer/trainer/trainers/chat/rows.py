"""Where rows of any of the accepted shapes become questions with ideal answers, and are divided."""

from dataclasses import replace

import polars as pl

from trainer.trainers import splitting
from trainer.trainers.chat import conversations
from trainer.trainers.chat.conversations import UnreadableConversation
from trainer.trainers.chat.parameters import ChatParameters
from trainer.trainers.kind import Snapshot, UnfitTrainingRows
from trainer.trainers.tables import Column, Table

TABLE = Table(
    name="conversations",
    meaning="A question with its ideal answer, or a conversation that ends with one.",
    columns=(
        Column("messages", "text", "A conversation in chat format; its last answer is learnt.", required=False),
        Column("input", "text", "What the user asked.", required=False),
        Column("output", "text", "The ideal answer.", required=False),
        Column("quality", "number", "How good the answer is, from 0 to 1; better ones are preferred.", required=False),
        Column("id", "text", "What the row is called elsewhere.", required=False),
        Column("date", "moment", "When it was asked; the newest fifth is measured on.", required=False),
        Column("split", "text", "Fixes what is measured on.", required=False, choices=("train", "holdout")),
    ),
    template=(
        "input,output,quality\n"
        'Where is my parcel?,"You can follow it with the number in your confirmation mail.",0.9\n'
        'How do I change my address?,"Open Settings, then Address, and save the new one.",1\n'
    ),
    any_of=True,
)
SHAPES = (("input", "output"), ("text", "output"), ("text", "label"))
FEWEST_ROWS = 5
LONGEST = 200_000
KEPT = ("quality", "id", "date", "split")
MENTIONED = 5


def split(rows: pl.DataFrame, _: ChatParameters, sha256: str) -> Snapshot:
    """Read questions and answers and divide them by `splitting.split`; both sides have the columns `input`, `output`.

    Rows without question or answer are left out and counted as `blank`, conversations that cannot be read, or are
    longer than 200,000 characters, as `unreadable`. Raises `UnfitTrainingRows` if too few rows are left.
    """
    read, unreadable = pairs(rows)
    filled = read.filter(_filled("input") & _filled("output"))
    too_long = pl.col("input").str.len_chars() + pl.col("output").str.len_chars() > LONGEST
    kept = filled.filter(~too_long)
    _require_enough(kept, rows.height)
    snapshot = splitting.split(kept, sha256, text="input")
    _require_sides(snapshot)
    unread = len(unreadable) + filled.height - kept.height
    blank = rows.height - kept.height - unread
    return replace(snapshot, removed={**snapshot.removed, "blank": blank, "unreadable": unread})


def pairs(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[int]]:
    """Rows with the columns `input` and `output` (null where absent), and which conversations could not be read.

    Raises `UnfitTrainingRows` if the columns are of no accepted shape, or no conversation can be read.
    """
    kept = [rows[name] for name in KEPT if name in rows.columns]
    if "messages" in rows.columns and rows["messages"].null_count() < rows.height:
        questions, answers, unreadable = _conversations(rows["messages"])
        return pl.DataFrame([questions, answers, *kept]), unreadable
    for question, answer in SHAPES:
        if {question, answer} <= set(rows.columns):
            asked, said = _plain(rows[question]), _plain(rows[answer])
            return pl.DataFrame([asked.alias("input"), said.alias("output"), *kept]), []
    raise UnfitTrainingRows(
        "The data has neither a column 'messages' nor the columns 'input' and 'output'; its columns are: "
        f"{', '.join(rows.columns) or 'none'}."
    )


def _conversations(given: pl.Series) -> tuple[pl.Series, pl.Series, list[int]]:
    lessons: list[tuple[str, str] | None] = []
    unreadable: dict[int, str] = {}
    for place, each in enumerate(given.to_list()):
        try:
            lessons.append(conversations.lesson(conversations.turns(each)) if each else None)
        except UnreadableConversation as wrong:
            lessons.append(None)
            unreadable[place] = str(wrong)
    if unreadable and not any(lessons):
        shown = "; ".join(f"row {place + 1} {reason}" for place, reason in list(unreadable.items())[:MENTIONED])
        raise UnfitTrainingRows(f"None of the {given.len()} conversations can be read: {shown}.")
    questions, answers = (
        pl.Series(name, [each[side] if each else None for each in lessons], dtype=pl.String)
        for side, name in enumerate(("input", "output"))
    )
    return questions, answers, list(unreadable)


def _plain(column: pl.Series) -> pl.Series:
    if column.dtype.is_nested():
        raise UnfitTrainingRows(f"The column '{column.name}' holds lists or objects, not texts.")
    return column.cast(pl.String)


def _filled(name: str) -> pl.Expr:
    return (pl.col(name).str.strip_chars().str.len_chars() > 0).fill_null(value=False)


def _require_enough(kept: pl.DataFrame, found: int) -> None:
    if kept.height >= FEWEST_ROWS:
        return
    counted = {0: "no rows", 1: "1 row"}.get(kept.height, f"{kept.height} rows")
    raise UnfitTrainingRows(
        f"Of {found} rows, the data has {counted} with a question and an answer; a prompt needs at least {FEWEST_ROWS}."
    )


def _require_sides(snapshot: Snapshot) -> None:
    if snapshot.holdout.is_empty():
        raise UnfitTrainingRows(
            f"None of the {snapshot.train.height} rows fell into the holdout ({snapshot.rule}), so nothing could be "
            "measured; add more rows, or a column 'split' that marks some of them 'holdout'."
        )
    if snapshot.train.is_empty():
        raise UnfitTrainingRows(
            f"No rows are left to choose examples from: {snapshot.holdout.height} are in the holdout "
            f"({snapshot.rule}), and others repeat them."
        )
