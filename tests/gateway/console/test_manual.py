"""Where it is tried that the manual of the API is shown, from files of our own alone."""

import pytest
from playwright.async_api import Page, expect

from tests.gateway.stage import Gateway

pytestmark = pytest.mark.browser


async def test_the_manual_is_shown_and_nobody_elsewhere_is_asked_for_anything(gateway: Gateway, page: Page) -> None:
    asked = list[str]()
    page.on("request", lambda request: asked.append(request.url))

    await page.goto(gateway.url)

    await expect(page.get_by_role("heading", name="Ratchet").first).to_be_visible()
    await page.get_by_role("link", name="tasks", exact=True).click()
    await expect(page.locator(".opblock-summary").first).to_be_visible()
    assert [url for url in asked if not url.startswith((gateway.url, "data:"))] == []
