"""Where it is tried that who was invited joins in a browser."""

import os

import pytest
from playwright.async_api import Page, expect

from tests.gateway.people.registering import PASSWORD, invite
from tests.gateway.stage import Gateway

pytestmark = pytest.mark.browser


async def test_who_opens_an_invitation_chooses_a_password_and_is_logged_in(gateway: Gateway, page: Page) -> None:
    token = (await invite(gateway))["invitation"]["token"]
    await page.goto(f"{gateway.url}/join#{token}")

    refusals = [await _join(page, *tried) for tried in ((PASSWORD, "another one"), ("password1234", "password1234"))]
    await _look(page, "refused")
    await _fill(page, PASSWORD, PASSWORD)

    await expect(page.locator("#joined")).to_contain_text("Welcome, Ada. You are logged in to acme as manager.")
    await _look(page, "joined")
    assert refusals[0] == "The two passwords differ."
    assert refusals[1].startswith("The password is made of what is tried first by those who guess: common words")
    assert token not in page.url
    assert await page.evaluate("fetch('/v1/me').then(answer => answer.json()).then(me => me.actor)") == "Ada"


async def test_an_invitation_that_is_not_known_or_not_there_is_told(gateway: Gateway, page: Page) -> None:
    await page.goto(f"{gateway.url}/join#ri_{'a' * 43}")
    refusal = await _join(page, PASSWORD, PASSWORD)
    await page.goto(f"{gateway.url}/docs-are-elsewhere")
    await page.goto(f"{gateway.url}/join")

    await expect(page.locator("main")).to_contain_text("This address holds no invitation.")
    await expect(page.locator("#join")).to_be_hidden()
    assert refusal.startswith("This invitation is not known, was used already, or is too old")


async def test_who_pastes_an_invitation_where_the_page_is_open_already_comes_in_and_leaves_no_trace(
    gateway: Gateway, page: Page
) -> None:
    token = (await invite(gateway))["invitation"]["token"]
    await page.goto(f"{gateway.url}/join")

    await page.goto(f"{gateway.url}/join#{token}")

    await expect(page.locator("#join")).to_be_visible()
    await expect(page).to_have_url(f"{gateway.url}/join")
    await _fill(page, PASSWORD, PASSWORD)
    await expect(page.locator("#joined")).to_contain_text("Welcome, Ada.")


async def _join(page: Page, password: str, again: str) -> str:
    """Give the refusal."""
    await _fill(page, password, again)
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_role("button")).to_be_enabled()
    return await page.get_by_role("alert").inner_text()


async def _fill(page: Page, password: str, again: str) -> None:
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_label("The same once more").fill(again)
    await page.get_by_role("button", name="Join").click()


async def _look(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to look at the pages."""
    if folder := os.environ.get("RATCHET_TEST_PICTURES"):
        await page.screenshot(path=f"{folder}/{name}.png")
