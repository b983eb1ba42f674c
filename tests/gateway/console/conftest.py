"""Where a browser is started in which pages are tried."""

import shutil
from collections.abc import AsyncGenerator

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


_PATIENCE_MS = 120_000
"""Five seconds, as `expect` waits by default, are few where a browser and its tests share two cores with others."""


@pytest.fixture
async def browser() -> AsyncGenerator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("there is no chromium; on Debian: apt install chromium")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=program, chromium_sandbox=False, args=_QUIET, timeout=_PATIENCE_MS
        )
        yield started
        await started.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncGenerator[Page]:
    """Give an empty page, on which nothing may go wrong unseen."""
    page, wrong = await browser.new_page(), list[str]()
    page.set_default_timeout(_PATIENCE_MS)
    expect.set_options(timeout=_PATIENCE_MS)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    assert wrong == []
