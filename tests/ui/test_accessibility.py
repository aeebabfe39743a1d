"""No automated accessibility rule finds anything on any page, in any theme and language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page

from tests.ui.samples import PAGES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.ui.gallery_urls"),
]

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FINDINGS = """async ([runOnly, hasColours]) => (await axe.run(document, {
  runOnly, rules: {"color-contrast": {enabled: hasColours}}})).violations.map(
  (rule) => rule.id + ": " + rule.nodes.map((node) => node.html.slice(0, 160)).join("  |  "))"""

#: Contrast is the only rule whose answer depends on the theme, and the dearest for axe to give.
CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")

OPEN = "(parts) => document.querySelectorAll(parts).forEach((part) => part.open = true)"
SET_COLOURS = """([theme, contrast]) => {
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.contrast = contrast;
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    yield context.new_page()
    context.close()


def findings(page: Page, *, has_colours: bool = True) -> list[str]:
    """What axe says of the page as it stands."""
    found: list[str] = page.evaluate(FINDINGS, [ALL, has_colours])
    return found


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(page: Page, gallery: str, name: str, language: str) -> None:
    page.goto(f"{gallery}/{name}/?theme=light&language={language}")
    page.evaluate(AXE)
    # What is folded away is part of the page too; menus would cover it.
    page.evaluate(OPEN, "details:not(.menu)")
    # A refused form has scrolled to its errors, and the bar may stand over half of a link by now.
    page.evaluate("scrollTo(0, 0)")
    found = {"": findings(page, has_colours=language == "en")}
    # More contrast changes colours, not words: one language shows it.
    more = [("light", "more"), ("dark", "more")] if language == "en" else [("light", "")]
    for theme, contrast in [("dark", ""), *more]:
        page.evaluate(SET_COLOURS, [theme, contrast])
        found[f"{theme} {contrast}"] = page.evaluate(CONTRAST)

    assert {where: what for where, what in found.items() if what} == {}


def test_axe_finds_nothing_in_open_menus(page: Page, gallery: str) -> None:
    page.goto(f"{gallery}/404/?theme=light&language=en")
    page.evaluate(AXE)
    page.evaluate(OPEN, "details.menu")

    assert findings(page) == []


def test_axe_would_find_a_nameless_field_and_pale_words(page: Page, gallery: str) -> None:
    page.goto(f"{gallery}/404/?theme=light&language=en")
    page.evaluate(AXE)
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML("
        "'beforeend', '<input type=\"text\"><p class=\"pale\">pale words</p>')"
    )
    page.evaluate("document.querySelector('.pale').style.color = '#bbb'")

    assert {found.partition(":")[0] for found in findings(page)} >= {"label", "color-contrast"}
    assert "pale words" in "".join(page.evaluate(CONTRAST))
    assert "color-contrast" not in "".join(findings(page, has_colours=False))
