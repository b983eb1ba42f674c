"""Where the same rows are read however they are written."""

import gzip
import io
import json

import polars as pl
import pytest

from tests.trainer.reading.steps import DOCUMENTS, JUDGEMENTS, SERIES, Try

ROWS = [
    {"text": "größer als ein Euro €", "label": "a", "amount": 1.5, "date": "2026-01-31"},
    {"text": 'zwei\nZeilen, "Zitat"; und | mehr\tdavon', "label": "b", "amount": -2.0, "date": "2026-02-01"},
    {"text": "ça déjà vu", "label": "a", "amount": None, "date": "2026-02-02"},
]


def written(delimiter: str = ",", end: str = "\n") -> str:
    def cell(value: object) -> str:
        text = "" if value is None else str(value)
        quoted = text.replace('"', '""')
        return f'"{quoted}"' if any(each in text for each in f'"{delimiter}\n') else text

    lines = [delimiter.join(ROWS[0]), *(delimiter.join(cell(value) for value in row.values()) for row in ROWS)]
    return end.join(lines) + end


def as_lines() -> str:
    return "".join(json.dumps(row) + "\n" for row in ROWS)


def as_parquet(**kinds: pl.DataType | type[pl.DataType]) -> bytes:
    buffer = io.BytesIO()
    pl.DataFrame(ROWS).with_columns(pl.col("date").str.to_date()).cast(dict(kinds)).write_parquet(buffer)
    return buffer.getvalue()


PLAIN = written().encode()
SAME = {
    "comma": PLAIN,
    "semicolon": written(";").encode(),
    "tab": written("\t").encode(),
    "pipe": written("|").encode(),
    "byte order mark": b"\xef\xbb\xbf" + PLAIN,
    "utf-16": written().encode("utf-16"),
    "utf-16-be": b"\xfe\xff" + written().encode("utf-16-be"),
    "utf-16 without a mark": written().encode("utf-16-le"),
    "utf-32": written().encode("utf-32"),
    "cp1252": written().encode("cp1252"),
    "carriage return and line feed": written(end="\r\n").encode(),
    "carriage return": written(end="\r").encode(),
    "no end": PLAIN.rstrip(),
    "blank lines": PLAIN.replace(b"\nzwei", b"\nzwei") + b"\n\n,,,\n",
    "headers in capitals": PLAIN.replace(b"text,label", b"Text , LABEL"),
    "gzip": gzip.compress(PLAIN),
    "json lines": as_lines().encode(),
    "json lines in utf-16": as_lines().encode("utf-16"),
    "json lines with NaN": as_lines().replace("null", "NaN").encode(),
    "gzipped json lines": gzip.compress(as_lines().encode()),
    "json": json.dumps(ROWS, indent=2).encode(),
    "json in one line": json.dumps(ROWS).encode(),
    "parquet": as_parquet(),
    "gzipped parquet": gzip.compress(as_parquet()),
    "parquet of other types": as_parquet(amount=pl.Float32, label=pl.Categorical, date=pl.String),
}


@pytest.mark.parametrize("name", SAME)
def test_the_same_rows_are_read_however_they_are_written(attempt: Try, name: str) -> None:
    tried = attempt(SAME[name])

    assert tried.rows.rows(named=True) == pl.DataFrame(ROWS).with_columns(pl.col("date").str.to_date()).rows(named=True)
    assert tried.problems.count == 0


def test_the_hash_depends_on_the_rows_and_not_on_how_they_are_written(attempt: Try) -> None:
    hashes = {name: attempt(content).read for name, content in SAME.items()}
    other = attempt(PLAIN.replace(b"1.5", b"1.6")).read

    assert {read.sha256 for read in hashes.values() if read} != {None}
    assert len({read.sha256 if read else None for read in hashes.values()}) == 1
    assert other
    assert other.sha256 not in {read.sha256 for read in hashes.values() if read}


def test_the_stored_file_is_the_same_to_the_byte(attempt: Try) -> None:
    files = [attempt(content).read for content in (PLAIN, PLAIN, gzip.compress(PLAIN))]

    assert len({read.path.read_bytes() for read in files if read}) == 1


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["1", "2", "-3"], [1, 2, -3]),
        (["1.0", "2", "+3"], [1, 2, 3]),
        (["1.5", "2e3", ""], [1.5, 2000.0, None]),
        (["1", "NaN", "n/a"], [1, None, None]),
        (["1", "Infinity", "2"], [1, None, 2]),
        (["007", "008", "9"], ["007", "008", "9"]),
        (["0", "0.5", "-0.5"], [0.0, 0.5, -0.5]),
        (["123456789012345678901", "1", "2"], ["123456789012345678901", "1", "2"]),
        (["9007199254740993", "1", "2"], [9007199254740993, 1, 2]),
        (['"1,234"', '"12,345,678.5"', "3"], [1234.0, 12345678.5, 3.0]),
        (["yes", "no", "1"], ["yes", "no", "1"]),
        (["n/a", "none", ""], ["n/a", "none", None]),
        (["2026-01-31 10:00", "2026-02-01T11:30:15", "2026-02-01"], "moment"),
        (["2026-02-30", "2026-02-01", "2026-02-02"], "text"),
    ],
)
def test_a_column_is_of_the_narrowest_type_that_all_its_cells_have(
    attempt: Try, written: list[str], read: list[object] | str
) -> None:
    tried = attempt("text,label,more\n" + "".join(f"a,b,{cell}\n" for cell in written))

    column = tried.rows["more"]
    assert tried.read
    assert tried.read.columns[2].holds == read if isinstance(read, str) else column.to_list() == read


def test_a_comma_in_a_number_is_a_decimal_one_where_semicolons_separate(attempt: Try) -> None:
    tried = attempt("series;date;value\nA;1;3,5\nA;2;1.234,25\nA;3;7\n", SERIES)

    assert tried.rows["value"].to_list() == [3.5, 1234.25, 7.0]


def test_numbers_in_a_column_of_texts_stay_texts(attempt: Try) -> None:
    tried = attempt('{"text": 12, "label": true}\n{"text": ["a", {"b": null}], "label": 1.50}\n')

    assert tried.rows.rows() == [("12", "true"), ('["a",{"b":null}]', "1.5")]


def test_the_table_is_the_one_whose_columns_are_there(attempt: Try) -> None:
    documents = attempt("id,text,author\n1,hello,ada\n", DOCUMENTS, JUDGEMENTS)
    judgements = attempt("query,id,relevance\nq,1,2\n", DOCUMENTS, JUDGEMENTS)

    assert documents.read
    assert judgements.read
    assert (documents.read.table, judgements.read.table) == ("documents", "judgements")


def test_a_member_that_comes_late_is_a_column_of_all_rows(attempt: Try) -> None:
    first = '{"text": "a", "label": "b"}\n' * 20_000
    tried = attempt(first + '{"text": "a", "label": "b", "more": 7}\n', rows=30_000)

    assert tried.rows["more"].to_list() == [*[None] * 20_000, 7]


def test_facts_of_columns_are_told(attempt: Try) -> None:
    tried = attempt("text,label,amount\na,x,1\nb,y,\nc,x,2.5\n")

    assert tried.read
    told = [(each.name, each.holds, each.blank, each.distinct) for each in tried.read.columns]
    assert told == [("text", "text", 0, 3), ("label", "text", 0, 2), ("amount", "number", 1, 2)]
    assert (tried.read.nature.format, tried.read.nature.encoding) == ("csv", "utf-8")
