"""Where uploaded rows are told apart into documents to search and judgements to measure with."""

from hashlib import sha256 as hashed

import polars as pl

from trainer.trainers import splitting
from trainer.trainers.kind import Snapshot, UnfitTrainingRows
from trainer.trainers.rag import fields, markup
from trainer.trainers.rag.parameters import RagParameters
from trainer.trainers.tables import Column, Table

DOCUMENTS, JUDGEMENTS = "documents", "judgements"
TABLE = "_table"
HELD = 2 / 3
HIGHEST_GRADE = 100.0
RULE = "stable hash of the query: a third of the judged queries tunes, two thirds are measured on"
SHOWN = 5

TABLES = (
    Table(
        DOCUMENTS,
        "One document that searches can find.",
        (
            Column("id", "text", "What the document is known by; of one id the last row counts."),
            Column("text", "text", "All its words, of any length; of an HTML page what its readers see."),
            Column("title", "text", "Its name, searched along with every passage.", required=False),
        ),
        "id,title,text,url\nh1,Passwords,To reset a password open Settings. A link is sent by e-mail.,/help/h1\n"
        "h2,Parcels,A parcel can be followed with its number. Deliveries take two days.,/help/h2\n",
        further="Kept as they are and given back with every hit.",
    ),
    Table(
        JUDGEMENTS,
        "One opinion on how well a document answers a query; searches are measured with them.",
        (
            Column("query", "text", "What somebody searches for."),
            Column("id", "text", "The id of the document that was judged."),
            Column("relevance", "number", "0 not at all, 1 relevant, more for better; blank is 1.", required=False),
        ),
        "query,id,relevance\nhow do I change my password,h1,1\nwhere is my order,h2,1\n",
    ),
)


def split(rows: pl.DataFrame, parameters: RagParameters, sha256: str) -> Snapshot:
    """Put documents and the judgements that tune into `train`, and the other judgements into `holdout`.

    A judged query is on the side that its normalised text's hash gives, whatever else was uploaded. Left out and
    counted are documents without id or text and all but the last of one id, judgements without a usable query, document
    or relevance, repeated ones, and those of unknown documents.
    Raises `UnfitTrainingRows` if there is no document, there are too many, or no judgement is of a document.
    """
    is_judgement = _judged(rows)
    documents, removed = _documents(rows.filter(~is_judgement))
    if documents.height > parameters.max_documents:
        raise UnfitTrainingRows(
            f"There are {documents.height:,} documents; max_documents allows {parameters.max_documents:,}."
        )
    judgements, without = _judgements(rows.filter(is_judgement), documents["id"])
    held = pl.Series([_is_held(query) for query in splitting.normalised(judgements["query"])], dtype=pl.Boolean)
    tuning = judgements.filter(~held).with_columns(pl.lit(JUDGEMENTS).alias(TABLE))
    train = pl.concat([documents.with_columns(pl.lit(DOCUMENTS).alias(TABLE)), tuning], how="diagonal")
    left_out = {reason: count for reason, count in (removed | without).items() if count}
    return Snapshot(train, judgements.filter(held), sha256, RULE, left_out)


def documents(train: pl.DataFrame) -> pl.DataFrame:
    """The documents of a snapshot's training side: id, title, text and further fields, in order of their ids."""
    others = [name for name in ("query", "relevance", TABLE) if name in train.columns]
    return train.filter(pl.col(TABLE) == DOCUMENTS).drop(others).sort("id")


def judgements(side: pl.DataFrame) -> pl.DataFrame:
    """The judgements of a side of a snapshot: query, id, relevance."""
    kept = side.filter(pl.col(TABLE) == JUDGEMENTS) if TABLE in side.columns else side
    return kept.select("query", "id", "relevance") if "query" in kept.columns else _NO_JUDGEMENTS


_NO_JUDGEMENTS = pl.DataFrame(schema={"query": pl.String, "id": pl.String, "relevance": pl.Float64})


def _judged(rows: pl.DataFrame) -> pl.Series:
    if TABLE in rows.columns:
        return (rows[TABLE].cast(pl.String) == JUDGEMENTS).fill_null(value=False)
    if "query" in rows.columns:
        return fields.written(rows["query"]).is_not_null()
    return pl.repeat(False, rows.height, dtype=pl.Boolean, eager=True)  # noqa: FBT003


def _documents(rows: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    missing = [name for name in ("id", "text") if name not in rows.columns]
    if missing or not rows.height:
        lack = f"has no column '{missing[0]}'" if missing else "has no document"
        raise UnfitTrainingRows(f"The data {lack}; an index needs documents with the columns 'id' and 'text'.")
    known = rows.select(
        fields.written(rows["id"]).alias("id"),
        (_readable(rows["title"]) if "title" in rows.columns else pl.lit(None, pl.String)).alias("title"),
        _readable(rows["text"]).alias("text"),
        *fields.further(rows.drop("id", "text", "title", "query", "relevance", TABLE, strict=False)),
    )
    filled = known.drop_nulls(["id", "text"])
    kept = filled.unique("id", keep="last", maintain_order=True)
    if kept.is_empty():
        raise UnfitTrainingRows(f"The data is empty: none of the {rows.height} documents has both an id and a text.")
    return kept, {"blank": rows.height - filled.height, "duplicates": filled.height - kept.height}


def _readable(column: pl.Series) -> pl.Series:
    return fields.written(markup.read(fields.written(column)))


def _judgements(rows: pl.DataFrame, ids: pl.Series) -> tuple[pl.DataFrame, dict[str, int]]:
    if "query" not in rows.columns or "id" not in rows.columns or not rows.height:
        return _NO_JUDGEMENTS, {}
    graded = rows.select(
        fields.written(rows["query"]).alias("query"),
        fields.written(rows["id"]).alias("id"),
        _grades(rows).alias("relevance"),
    )
    usable = graded.filter(pl.col("relevance").is_finite()).drop_nulls()
    single = usable.unique(["query", "id"], keep="last", maintain_order=True)
    known = single.filter(pl.col("id").is_in(ids.implode()))
    if usable.height and known.is_empty():
        strange = ", ".join(f"'{each}'" for each in single["id"].unique(maintain_order=True)[:SHOWN])
        raise UnfitTrainingRows(f"None of the {single.height} judgements is of a document in the data: {strange}.")
    answered = known.filter((pl.col("relevance") > 0).any().over("query"))
    return answered.sort("query", "id"), {
        "unusable_judgements": rows.height - usable.height,
        "repeated_judgements": usable.height - single.height,
        "judgements_of_unknown_documents": single.height - known.height,
        "judgements_without_a_relevant_document": known.height - answered.height,
    }


def _grades(rows: pl.DataFrame) -> pl.Series:
    """Relevance as numbers from 0 to HIGHEST_GRADE; a blank is 1, what is no number is null."""
    if "relevance" not in rows.columns:
        return pl.repeat(1.0, rows.height, dtype=pl.Float64, eager=True)
    written = fields.written(rows["relevance"])
    parsed = written.cast(pl.Float64, strict=False)
    grades = parsed.set(parsed.is_infinite(), None).clip(0.0, HIGHEST_GRADE)
    return grades.zip_with(written.is_not_null(), pl.repeat(1.0, rows.height, dtype=pl.Float64, eager=True))


def _is_held(normalised_query: str) -> bool:
    place = int.from_bytes(hashed(normalised_query.encode()).digest()[:8])
    return place < HELD * 2**64
