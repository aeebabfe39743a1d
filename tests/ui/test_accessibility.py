"""The accessibility rules look into open menus, and would find what is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.ui.axe import findings, load, pale_words

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.ui.gallery_urls"),
]


@pytest.fixture
def page(browser: Browser, gallery: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    opened = context.new_page()
    opened.goto(f"{gallery}/404/?theme=light&language=en")
    yield opened
    context.close()


def test_axe_finds_nothing_in_open_menus(page: Page) -> None:
    load(page, unfolding="details.menu")

    assert findings(page) == []


def test_axe_would_find_a_nameless_field_and_pale_words(page: Page) -> None:
    load(page, unfolding="details:not(.menu)")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML("
        "'beforeend', '<input type=\"text\"><p class=\"pale\">pale words</p>')"
    )
    page.evaluate("document.querySelector('.pale').style.color = '#bbb'")

    assert {found.partition(":")[0] for found in findings(page)} >= {"label", "color-contrast"}
    assert "pale words" in "".join(pale_words(page))
    assert "color-contrast" not in "".join(findings(page, has_colours=False))
