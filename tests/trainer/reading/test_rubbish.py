"""Where what is wrong with an upload is named by line and column, or the whole of it is refused in a sentence."""

import gzip
import io
import random

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.trainer.reading.steps import JUDGEMENTS, SERIES, TEXTS, Try
from trainer.trainers.tables import Column, Table

UNHURRIED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
HEAD = "text,label,amount,date,split\n"
RIGHT = "a,b,1,2026-01-01,train\n"


def parquet() -> bytes:
    buffer = io.BytesIO()
    pl.DataFrame({"text": ["a"] * 1000, "label": ["b"] * 1000}).write_parquet(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (",b,1,2026-01-01,train", "text", "is blank"),
        ("a,  ,1,2026-01-01,train", "label", "is blank"),
        ("a,b,one,2026-01-01,train", "amount", "'one' is no number"),
        ("a,b,inf,yesterday,train", "date", "'yesterday' is no date, time or step"),
        ("a,b,1,2026-02-30,train", "date", "'2026-02-30' is no date, time or step"),
        ("a,b,1,2026-01-01,test", "split", "'test' is none of: train, holdout"),
        ("a,b,1", None, "has 3 cells where the header has 5"),
        ("a,b,1,2026-01-01,train,6", None, "has 6 cells where the header has 5"),
        ("a\x00,b,1,2026-01-01,train", "text", "holds a NUL character"),
    ],
)
def test_a_wrong_line_is_left_out_and_named(attempt: Try, line: str, column: str | None, reason: str) -> None:
    tried = attempt(f"{HEAD}{RIGHT}{line}\n{RIGHT}")

    assert tried.told == [(3, column, reason)]
    assert (tried.rows.height, tried.problems.refused_rows) == (2, 1)


def test_lines_are_counted_as_an_editor_counts_them(attempt: Try) -> None:
    tried = attempt('text,label\r\n"one\r\ntwo\r\nthree",b\r\n\r\na,\r\n"x\ny",b,c\r\n,b\r\n')

    assert [line for line, _, _ in tried.told] == [6, 7, 9]
    assert tried.rows["text"].to_list() == ["one\r\ntwo\r\nthree"]


def test_several_problems_of_a_row_leave_it_out_once(attempt: Try) -> None:
    tried = attempt(f"{HEAD}{RIGHT},,x,x,x\n")

    assert (tried.problems.count, tried.problems.refused_rows, tried.rows.height) == (5, 1, 1)


def test_a_hundred_problems_are_shown_and_all_are_counted(attempt: Try) -> None:
    tried = attempt("text,label\n" + "a,b\n,b\n" * 70_000, rows=100_000)

    assert (len(tried.told), tried.problems.count, tried.problems.refused_rows) == (100, 70_000, 70_000)
    assert tried.told[0] == (3, "text", "is blank")
    assert [line for line, _, _ in tried.told] == list(range(3, 203, 2))


def test_a_quote_that_is_not_closed_is_named_where_it_opens(attempt: Try) -> None:
    tried = attempt('text,label\na,b\n"c,d\ne,f\n')

    assert tried.told == [(3, None, "a quote is opened here and not closed")]


def test_a_cell_beyond_all_measure_is_a_problem_of_its_line(attempt: Try) -> None:
    tried = attempt(f"text,label\na,b\n{'x' * 17_000_000},b\nc,d\n")

    assert [line for line, _, _ in tried.told] == [3]
    assert tried.rows["text"].to_list() == ["a", "c"]


def test_a_few_broken_bytes_do_not_make_another_encoding_of_all(attempt: Try) -> None:
    right = "größer,b\n".encode()

    tried = attempt(b"text,label\n" + right * 50 + b"gr\xf6\xdfer,b\n" + right)

    assert tried.told == [(52, "text", "holds bytes that are no UTF-8")]
    assert set(tried.rows["text"].to_list()) == {"größer"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"text": "a", "label"', "is no JSON: "),
        ('["a", "b"]', "is no JSON object with a member for each column"),
        ("7", "is no JSON object with a member for each column"),
        ("[" * 5000, "is no JSON: "),
        ('{"text": "a\\u0000", "label": "b"}', "holds a NUL character"),
        ('{"label": "b"}', "is blank"),
    ],
)
def test_a_wrong_line_of_json_is_left_out_and_named(attempt: Try, line: str, reason: str) -> None:
    tried = attempt(f'{{"text": "a", "label": "b"}}\n\n{line}\n{{"text": "c", "label": "d"}}\n')

    assert [(line, told.startswith(reason)) for line, _, told in tried.told] == [(3, True)]
    assert tried.rows["text"].to_list() == ["a", "c"]


def test_half_a_surrogate_pair_is_read_as_a_question_mark(attempt: Try) -> None:
    tried = attempt('{"text": "a\\ud800", "label": "b"}\n')

    assert tried.rows["text"].to_list() == ["a?"]


TOO_MANY = ",".join(f"c{number}" for number in range(10_000))
UNUSABLE: dict[str, tuple[bytes | str, str]] = {
    "nothing": (b"", "is empty"),
    "blanks": (" \n\t\r\n ", "is empty"),
    "a header": ("text,label\n", "no row that can be used"),
    "only wrong rows": ("text,label\n,b\n,c\n", "each of its 2 rows has a problem"),
    "no array": ("[]", "needs the columns text, label"),
    "one column": ("text\na\n", "label is missing"),
    "misspelt": ("text,lable\na,b\n", "Is 'lable' meant to be 'label'?"),
    "no header": ("where is my parcel,shipping\nhello,greeting\n", "Found in the first line: where is my parcel"),
    "blank header": (",text,label\n0,a,b\n", "no name for column 1"),
    "same header": ("text,label,text\na,b,c\n", "more than once: text"),
    "strange header": ("text,label,mo\x07re\na,b,c\n", "No column can have the name"),
    "many columns": (f"{TOO_MANY}\n{TOO_MANY}\n", "10,000 columns; 2,000 are allowed"),
    "many members": ('{"text": "a", "label": "b", ' + ",".join(f'"m{n}": 1' for n in range(3000)) + "}", "3,002"),
    "many rows": ("text,label\n" + "a,b\n" * 1001, "more than the 1,000 rows"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture"),
    "workbook": (b"PK\x03\x04" + bytes(100), "Excel"),
    "web page": ("<!doctype html><html>", "web page"),
    "noise": (random.Random(1).randbytes(5000), "no text"),
    "zeros": (bytes(5000), "no text"),
    "bomb": (gzip.compress(bytes(300_000_000)), "larger than the 134,217,728 bytes"),
    "half a gzip": (gzip.compress(b"text,label\n" + random.Random(1).randbytes(999))[:500], "damaged or cut short"),
    "twice gzipped": (gzip.compress(gzip.compress(b"text,label\na,b\n")), "compressed twice"),
    "half a parquet": (parquet()[:300], "cut short"),
    "wrong parquet": (b"PAR1" + bytes(200) + b"PAR1", "cannot be read"),
    "altered parquet": (parquet()[:4] + bytes(100) + parquet()[104:], "cannot be read"),
    "bare parquet": (b"PAR1", "cut short"),
    "half an array": ('[{"text": "a", "label": "b"},\n{"text": "c"', "broken in the value that begins on line 2"),
    "an open array": ('[{"text": "a", "label": "b"},\n', "cut short"),
    "deep": ('[{"text": ' + "[" * 100_000, "broken"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_cannot_be_used_is_refused_in_a_sentence(attempt: Try, name: str) -> None:
    content, sentence = UNUSABLE[name]

    tried = attempt(content)

    assert sentence in tried.refused
    assert tried.refusal
    assert all(field and reason for field, reason in tried.refusal.errors)


def test_of_several_tables_the_likeliest_says_what_it_lacks(attempt: Try) -> None:
    tried = attempt("query,id,relevanz\nq,1,2\n", TEXTS, SERIES, JUDGEMENTS)

    assert tried.refusal
    assert tried.refusal.errors == (("relevance", "is missing; is 'relevanz' meant?"),)


def test_a_table_may_want_one_column_more(attempt: Try) -> None:
    wants = Table("rows", "", (Column("label", "two values", ""),), "", any_of=True)

    assert "at least one more" in attempt("label\n1\n0\n", wants).refused
    assert attempt("label,size\n1,2\n0,3\n", wants).rows.height == 2


@settings(max_examples=150, deadline=None, suppress_health_check=UNHURRIED)
@given(content=st.binary(max_size=400) | st.text(alphabet='ab,;"\n\r\t{}[]:é\x00 1.', max_size=200).map(str.encode))
def test_whatever_is_uploaded_is_read_or_refused(attempt: Try, content: bytes) -> None:
    tried = attempt(content)

    assert (tried.read is None) != (tried.refusal is None)


WRITABLE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@settings(max_examples=100, deadline=None, suppress_health_check=UNHURRIED)
@given(cells=st.lists(st.tuples(*[WRITABLE] * 2), min_size=1, max_size=8), end=st.sampled_from(
    ["\n", "\r\n", "\r"]))  # fmt: skip
def test_every_cell_comes_through_quotes_as_it_was(attempt: Try, cells: list[tuple[str, str]], end: str) -> None:
    kept = [row for row in cells if all(cell.strip() for cell in row)]
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [("text", "label"), *kept]]

    tried = attempt(end.join(lines) + end)

    assert bool(tried.read) == bool(kept)
    if tried.read:
        assert tried.rows.rows() == kept
