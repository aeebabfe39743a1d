"""What axe, and our own arithmetic of contrast, say of a page as it stands in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import axe_playwright_python
from playwright.sync_api import Page

_AXE: Final = (
    Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
)
_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_FINDINGS: Final = """async ([runOnly, hasColours]) => (await axe.run(document, {
  runOnly, rules: {"color-contrast": {enabled: hasColours}}})).violations.map(
  (rule) => rule.id + ": " + rule.nodes.map((node) => node.html.slice(0, 160)).join("  |  "))"""
#: Contrast is the only rule whose answer depends on the theme, and the dearest for axe to give.
_CONTRAST: Final = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
_OPEN: Final = "(parts) => document.querySelectorAll(parts).forEach((part) => part.open = true)"
_SET_COLOURS: Final = """([theme, contrast]) => {
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.contrast = contrast;
}"""


def load(page: Page, *, unfolding: str) -> None:
    """Puts axe into the page and unfolds the parts that a selector names."""
    page.evaluate(_AXE)
    page.evaluate(_OPEN, unfolding)


def findings(page: Page, *, has_colours: bool = True) -> list[str]:
    """What axe says of the page as it stands."""
    found: list[str] = page.evaluate(_FINDINGS, [_RULES, has_colours])
    return found


def pale_words(page: Page, *, theme: str = "", contrast: str = "") -> list[str]:
    """What cannot be read well, by our own arithmetic; in other colours where a theme is named."""
    if theme:
        page.evaluate(_SET_COLOURS, [theme, contrast])
    found: list[str] = page.evaluate(_CONTRAST)
    return found
