"""Every page in a real browser: languages, colours and widths; nothing overflows, is refused or
kept from anybody.

Each page is loaded once in each language and looked at from all sides, for loading takes longest.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from tests.ui.axe import findings, load, pale_words
from tests.ui.samples import PAGES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.ui.gallery_urls"),
]
# Where pictures to look at go, if anywhere: `GALLERY_PICTURES=var/pictures bin/test tests/ui`.
PICTURES: Final = os.environ.get("GALLERY_PICTURES", "")
WIDTHS: Final = {1920: 1080, 1366: 768, 1100: 768, 820: 1100, 390: 844, 320: 640}
DESK: Final = {"width": 1366, "height": 768}

#: Every page in both themes and both languages; the components in all four combinations.
COMBINATIONS: Final = [
    *((name, *both) for name in PAGES for both in (("light", "en"), ("dark", "zh-hans"))),
    ("components", "light", "zh-hans"),
    ("components", "dark", "en"),
]
#: More contrast changes colours, not words: one language shows it.
OTHER_COLOURS: Final = {
    "en": [("dark", ""), ("light", "more"), ("dark", "more")],
    "zh-hans": [("light", "")],
}

SMALL_CHINESE: Final = """() => {
  const han = /\\p{Script=Han}/u, small = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!han.test(node.data) || element.closest("template, script, .for-readers")) continue;
    if (parseFloat(getComputedStyle(element).fontSize) < 14) small.push(node.data.trim());
  }
  return small;
}"""
SMALL_TARGETS: Final = """() => [
    ...document.querySelectorAll("button, .button, select, .choice, .icon-button")]
  .filter((element) => element.offsetParent && element.getBoundingClientRect().height < 24)
  .map((element) => element.outerHTML.slice(0, 120))"""
WATCH_POLICY: Final = """window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  violations.push(event.violatedDirective + " " + event.blockedURI));"""


@dataclass
class Viewer:
    """One tab for all pages, so that stylesheets and scripts come from its cache."""

    page: Page
    failures: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        # What the page before still asked for is broken off here, and is nobody's failure.
        self.page.goto("about:blank")
        self.failures.clear()
        self.page.set_viewport_size(DESK)
        answer = self.page.goto(address)  # modules are deferred: they have run when it has loaded
        assert answer is not None
        assert answer.ok, f"{address} answers {answer.status}"


@pytest.fixture(scope="module")
def viewer(browser: Browser) -> Iterator[Viewer]:
    context = browser.new_context()
    seen = Viewer(context.new_page())
    seen.page.add_init_script(WATCH_POLICY)
    seen.page.on("pageerror", lambda error: seen.failures.append(str(error)))
    seen.page.on("requestfailed", lambda request: seen.failures.append(request.url))
    yield seen
    context.close()


@pytest.mark.parametrize(("name", "theme", "language"), COMBINATIONS)
def test_a_page_is_for_everybody_at_every_width(
    viewer: Viewer, gallery: str, name: str, theme: str, language: str
) -> None:
    viewer.open(f"{gallery}/{name}/?theme={theme}&language={language}")

    _fits(viewer.page, f"{name}-{theme}-{language}")
    assert viewer.page.evaluate("violations") == []
    assert viewer.failures == []
    assert viewer.page.evaluate(SMALL_CHINESE) == []
    assert viewer.page.evaluate(SMALL_TARGETS) == []
    assert _barriers(viewer.page, language) == {}


def _fits(page: Page, name: str) -> None:
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{name} scrolls sideways by {overflow} px at {width}"
        if PICTURES and width in (1366, 390):
            page.screenshot(path=Path(PICTURES, f"{name}-{width}.png"), full_page=True)


def _barriers(page: Page, language: str) -> dict[str, list[str]]:
    """What axe and the contrast of all colours find at the width of a desk, by where."""
    page.set_viewport_size(DESK)
    # What is folded away is part of the page too; menus would cover it.
    load(page, unfolding="details:not(.menu)")
    # A refused form has scrolled to its errors, and the bar may stand over half of a link by now.
    page.evaluate("scrollTo(0, 0)")
    found = {"axe": findings(page, has_colours=language == "en"), "as it is": pale_words(page)}
    for theme, contrast in OTHER_COLOURS[language]:
        found[f"{theme} {contrast}"] = pale_words(page, theme=theme, contrast=contrast)
    return {where: what for where, what in found.items() if what}
