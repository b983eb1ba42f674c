"""Where `ratchet prompt` and the calls behind it are tried."""

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ratchet import Client
from ratchet.cli.app import app
from ratchet.errors import InvalidInput, SamePrompt, Stale
from tests.sdk.fake_gateway import NOW, Gateway

PROMPTS = "/v1/tasks/helpdesk/prompts"
APPEND = f"""{sys.executable} -c 'import sys; open(sys.argv[1], "a").write(" Be brief.")'"""


def prompt(number: int = 1, text: str = "Be kind.\n", **others: object) -> dict[str, object]:
    return {
        "number": number, "version_id": f"v{number}", "label": f"1.{number}.0", "status": "candidate",
        "source": "prompt", "beginning": text[:200], "characters": len(text), "note": "shorter", "weight": 0.2,
        "created_at": NOW, "created_by": "ada", "task": "helpdesk", "text": text, **others,
    }  # fmt: skip


def draft(revision: int = 1, text: str = "Be kind.") -> dict[str, object]:
    return {
        "id": "d1", "task": "helpdesk", "text": text, "beginning": text, "characters": len(text), "note": "",
        "revision": revision, "created_at": NOW, "created_by": "ada", "changed_at": NOW, "changed_by": "ada",
    }  # fmt: skip


DIFF = {
    "task": "helpdesk", "from_number": 1, "to_number": 2, "unified": "@@ -1,1 +1,1 @@\n-Be [kind].\n+Be brief.\n",
    "added": 1, "removed": 1, "words_added": 1, "words_removed": 1,
    "lines": [
        {"kind": "removed", "from_line": 1, "to_line": None,
         "parts": [{"text": "Be ", "changed": False}, {"text": "[kind]", "changed": True}]},
        {"kind": "added", "from_line": None, "to_line": 1,
         "parts": [{"text": "Be ", "changed": False}, {"text": "brief", "changed": True}]},
    ],
}  # fmt: skip


def run(gateway: Gateway, *words: str, read: str = "", **env: str) -> Result:
    known = {"RATCHET_URL": gateway.url, "RATCHET_API_KEY": "rk_test", "EDITOR": "", "VISUAL": ""}
    return CliRunner(env=known | env).invoke(app, ["prompt", *words], input=read)


def test_prompts_are_listed_with_their_share_their_conversations_and_their_success(gateway: Gateway) -> None:
    judged = prompt(2, conversations=40, success={"count": 9, "rate": 0.75})
    gateway.says(f"GET {PROMPTS}", {"items": [judged, prompt(1)], "next_cursor": None})

    result = run(gateway, "list", "helpdesk")

    assert result.exit_code == 0
    assert all(each in result.stdout for each in ("1.2.0", "0.2", "40", "0.75", "Be kind."))


def test_a_text_is_printed_as_it_is_and_nothing_else(gateway: Gateway) -> None:
    text = "[bold]Be kind[/bold]\n\n" + "long " * 100
    gateway.says(f"GET {PROMPTS}/3", prompt(3, text))

    assert run(gateway, "show", "helpdesk", "3", "--only-text").stdout == text + "\n"


def test_without_a_number_the_prompt_that_serves_a_unit_is_shown(gateway: Gateway) -> None:
    active = {"task": "helpdesk", "version_id": "v2", "number": 2, "label": "1.2.0", "text": "Be kind.", "revision": 4}
    gateway.says(f"GET {PROMPTS}/active", active)

    result = run(gateway, "show", "helpdesk", "--unit", "ada")

    assert "Be kind." in result.stdout
    assert gateway.asked[-1].query == {"unit": ["ada"]}


def test_a_draft_is_made_of_what_is_piped_in(gateway: Gateway) -> None:
    gateway.says(f"POST {PROMPTS}", draft(), 201)

    result = run(gateway, "draft", "helpdesk", "-", "--note", "first", "--json", read="Be kind.\n")

    assert json.loads(result.stdout)["id"] == "d1"
    assert gateway.asked[-1].body == {"text": "Be kind.\n", "note": "first", "draft": True}


@pytest.mark.parametrize("words", [(), ("-", "--text", "both")])
def test_a_draft_needs_one_text(gateway: Gateway, words: tuple[str, ...]) -> None:
    result = run(gateway, "draft", "helpdesk", *words)

    assert result.exit_code == 1
    assert "Name a file with the text" in result.stderr


def test_a_draft_is_edited_in_the_editor_with_the_revision_that_was_read(gateway: Gateway) -> None:
    gateway.says(f"GET {PROMPTS}/drafts/d1", draft(3))
    gateway.says(f"PATCH {PROMPTS}/drafts/d1", draft(4))

    result = run(gateway, "edit", "helpdesk", "d1", EDITOR=APPEND)

    assert result.exit_code == 0, result.stderr
    assert gateway.asked[-1].body == {"text": "Be kind. Be brief."}
    assert gateway.asked[-1].headers["If-Match"] == '"3"'


def test_somebody_elses_change_is_not_overwritten(gateway: Gateway) -> None:
    gateway.says(f"GET {PROMPTS}/drafts/d1", draft(3))
    gateway.refuses(f"PATCH {PROMPTS}/drafts/d1", 412, "stale", "Draft d1 has revision 4 by now, not 3.")

    result = run(gateway, "edit", "helpdesk", "d1", "--text", "mine")

    assert result.exit_code == 1
    assert "revision 4 by now" in result.stderr


def test_a_file_or_a_draft_is_published(gateway: Gateway, tmp_path: Path) -> None:
    gateway.says(f"POST {PROMPTS}", prompt(), 201)
    gateway.says(f"POST {PROMPTS}/drafts/d1/publish", prompt(2), 201)
    (tmp_path / "p.md").write_text("Be kind.", encoding="utf-8")

    of_file = run(gateway, "publish", "helpdesk", str(tmp_path / "p.md"), "--bump", "major")
    of_draft = run(gateway, "publish", "helpdesk", "--draft", "d1")

    assert "1.1.0" in of_file.stdout
    assert "1.2.0" in of_draft.stdout
    assert [each.body["bump"] for each in gateway.asked] == ["major", "minor"]


def test_differences_are_drawn_and_counted(gateway: Gateway) -> None:
    gateway.says(f"GET {PROMPTS}/diff", DIFF)

    result = run(gateway, "diff", "helpdesk", "1", "2")

    assert "1 - Be [kind]" in result.stdout
    assert "1 + Be brief" in result.stdout
    assert "1 words added" in result.stdout
    assert gateway.asked[-1].query == {"from": ["1"], "to": ["2"]}


def test_the_same_texts_are_said_to_be_so(gateway: Gateway) -> None:
    gateway.says(f"GET {PROMPTS}/diff", DIFF | {"unified": "", "lines": [], "added": 0, "removed": 0})

    assert "are the same text" in run(gateway, "diff", "helpdesk", "1", "2").stdout


def test_a_prompt_is_activated_with_a_reason(gateway: Gateway) -> None:
    route = {"task": "helpdesk", "kind": "chat", "revision": 2, "phase": "serving", "salt": "s", "since": NOW}
    gateway.says(f"POST {PROMPTS}/2/activate", route)

    assert run(gateway, "activate", "helpdesk", "2", "--reason", "kinder").exit_code == 0
    assert gateway.asked[-1].body == {"reason": "kinder"}


def test_refusals_keep_their_names(client: Client, gateway: Gateway) -> None:
    gateway.refuses(f"POST {PROMPTS}", 409, "same-prompt", "Prompt 1 is this very text already.")
    gateway.refuses(f"POST {PROMPTS}/1/activate", 412, "stale", "The route has revision 5 by now.")

    with pytest.raises(SamePrompt, match="Prompt 1"):
        client.prompts.publish("helpdesk", "Be kind.")
    with pytest.raises(Stale):
        client.prompts.activate("helpdesk", 1, revision=4)
    with pytest.raises(InvalidInput, match="text"):
        client.prompts.publish("helpdesk", "x" * 200_001)


def test_all_prompts_are_given_page_by_page(client: Client, gateway: Gateway) -> None:
    gateway.says(f"GET {PROMPTS}", {"items": [prompt(2)], "next_cursor": "2"})
    gateway.says(f"GET {PROMPTS}", {"items": [prompt(1)], "next_cursor": None})

    assert [each.number for each in client.prompts.all("helpdesk")] == [2, 1]
