"""Where pages are shown to become the words that their readers see, and other texts to stay as they are."""

import polars as pl
import pytest

from tests.trainer.trainers.rag.collections import snapshot
from trainer.trainers.rag import markup, rows

PAGE = """<!DOCTYPE html><html><head><style>p {color: red}</style><title>Parcels</title></head>
<body><h1>Where is it?</h1><p>Follow the <b>num</b>ber&nbsp;&amp; wait
two days.<br>Thanks</p><script>if (a < b) alert("color")</script></body></html>"""


def seen(text: str) -> str:
    return markup.read(pl.Series([text]))[0]


def test_of_a_page_its_words_are_kept_block_by_block() -> None:
    assert seen(PAGE) == "Parcels\nWhere is it?\nFollow the number & wait two days.\nThanks"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ('<p class="a > b">One</p><ul><li>two<li>three</ul>', "One\ntwo\nthree"),
        ("<p>One</p><!-- not <b>two</b> --><hr/>three<!-- four", "One\nthree"),
        ("<div>1 < 2 &lt; 3</div><script>never closed", "1 < 2 < 3"),
    ],
)
def test_a_part_of_a_page_is_read_too(written: str, words: str) -> None:
    assert seen(written) == words


@pytest.mark.parametrize(
    "text",
    [
        "if a < b and b > c",
        "write <b>bold</b> to be bold",
        "<name@example.org> wrote: see </b>",
        "<note>an element of something else</note>",
        "<p> alone",
        "",
    ],
)
def test_a_text_that_is_no_page_stays_as_it_is(text: str) -> None:
    assert seen(text) == text


def test_documents_are_read_as_pages_and_blank_ones_are_left_out() -> None:
    pages = pl.DataFrame(
        {
            "id": ["a", "b", "c"],
            "title": ["<b>Parcels</b>", None, None],
            "text": [PAGE, "<p> </p>", None],
        }
    )

    split = snapshot(pages)

    kept = rows.documents(split.train)
    assert kept.select("id", "title").rows() == [("a", "Parcels")]
    assert "color" not in kept["text"][0]
    assert split.removed == {"blank": 2}
