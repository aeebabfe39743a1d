"""A browser before the real pages, with a database behind them."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Keyboard, Page, expect

# Playwright keeps an event loop in this thread; the builders below use the database beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


# A journey waits for what it expects; on a busy machine that takes longer, and is no failure.
expect.set_options(timeout=30_000)


class PatientKeyboard:
    """Presses a key once the page has loaded: words stand there before its scripts hear."""

    def __init__(self, page: Page, keyboard: Keyboard) -> None:
        self._page, self._keyboard = page, keyboard

    def press(self, key: str) -> None:
        self._page.wait_for_load_state()
        self._keyboard.press(key)

    def type(self, text: str) -> None:
        self._page.wait_for_load_state()
        self._keyboard.type(text)


@pytest.fixture(autouse=True)
def keys_wait_for_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    keyboard_of = Page.keyboard.fget
    monkeypatch.setattr(
        Page, "keyboard", property(lambda page: PatientKeyboard(page, keyboard_of(page)))
    )


@pytest.fixture(autouse=True)
def no_page_outlives_its_journey(request: pytest.FixtureRequest) -> Iterator[None]:
    """A page left open by a journey that failed goes on asking the server during later tests."""
    yield
    if "browser" in request.fixturenames:
        for context in request.getfixturevalue("browser").contexts:
            context.close()


@pytest.fixture
def watched_page(browser, live_server):
    """A page that fails the test when it breaks the security policy or throws."""
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1366, "height": 768}, locale="en-GB"
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    yield page
    context.close()
    assert complaints == []
