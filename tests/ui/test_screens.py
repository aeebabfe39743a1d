"""Every page in a real browser: themes, languages and widths; nothing overflows or is refused."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.ui.samples import PAGES

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.ui.gallery_urls"),
]
# Where pictures to look at go, if anywhere: `GALLERY_PICTURES=var/pictures bin/test tests/ui`.
PICTURES = os.environ.get("GALLERY_PICTURES", "")
WIDTHS = {1920: 1080, 1366: 768, 1100: 768, 820: 1100, 390: 844, 320: 640}

# Every page in both themes and both languages; the components in all four combinations.
COMBINATIONS = [
    *((name, *both) for name in PAGES for both in (("light", "en"), ("dark", "zh-hans"))),
    ("components", "light", "zh-hans"),
    ("components", "dark", "en"),
]

SMALL_CHINESE = """() => {
  const han = /\\p{Script=Han}/u, small = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!han.test(node.data) || element.closest("template, script, .for-readers")) continue;
    if (parseFloat(getComputedStyle(element).fontSize) < 14) small.push(node.data.trim());
  }
  return small;
}"""
SMALL_TARGETS = """() => [
    ...document.querySelectorAll("button, .button, select, .choice, .icon-button")]
  .filter((element) => element.offsetParent && element.getBoundingClientRect().height < 24)
  .map((element) => element.outerHTML.slice(0, 120))"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    opened = context.new_page()
    opened.add_init_script(
        "window.violations = [];"
        "document.addEventListener('securitypolicyviolation',"
        " (event) => violations.push(event.violatedDirective + ' ' + event.blockedURI));"
    )
    yield opened
    context.close()


def _open(page: Page, server: str, name: str, theme: str, language: str) -> list[str]:
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("requestfailed", lambda request: failures.append(request.url))
    address = f"{server}/{name}/?theme={theme}&language={language}"
    answer = page.goto(address)  # modules are deferred: they have run when it has loaded
    assert answer is not None
    assert answer.ok, f"{name} answers {answer.status}"
    return failures


@pytest.mark.parametrize(("name", "theme", "language"), COMBINATIONS)
def test_a_page_fits_every_width(
    page: Page, gallery: str, name: str, theme: str, language: str
) -> None:
    failures = _open(page, gallery, name, theme, language)
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{name} scrolls sideways by {overflow} px at {width}"
        if PICTURES and width in (1366, 390):
            name_of_picture = f"{name}-{theme}-{language}-{width}.png"
            page.screenshot(path=Path(PICTURES, name_of_picture), full_page=True)

    assert page.evaluate("violations") == []
    assert failures == []
    assert page.evaluate(SMALL_CHINESE) == []
    assert page.evaluate(SMALL_TARGETS) == []


def test_without_scripts_every_part_is_there(browser: Browser, gallery: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(f"{gallery}/case/")

    assert page.locator("#log form[method=post] input[type=radio]").count() == 9
    for name in ("Save & next", "Save"):
        assert page.locator("#log").get_by_role("button", name=name).first.is_visible()
    context.close()


def test_keys_reach_search_logger_results_and_save(page: Page, gallery: str) -> None:
    _open(page, gallery, "case", "light", "en")

    page.keyboard.press("l")
    assert page.evaluate("document.activeElement.name") == "result"
    page.keyboard.press("5")
    assert page.evaluate("document.querySelector('[name=result]:checked').value") == "promise"
    assert page.evaluate("document.activeElement.name") == "promise-amount_0"  # asked for
    page.keyboard.press("Tab")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.press("3")
    assert page.input_value("[name=q]") == "3"
    assert page.evaluate("document.querySelector('[name=result]:checked').value") == "promise"

    page.focus("[name=note]")
    with page.expect_request("**/cases/AF-20391/calls/") as sent:
        page.keyboard.press("Control+Enter")
    assert sent.value.method == "POST"


def test_enter_that_ends_an_input_method_is_not_taken_for_a_key(page: Page, gallery: str) -> None:
    _open(page, gallery, "case", "light", "en")

    chosen = "() => document.querySelector('[name=result]:checked')?.id"
    key = """(isComposing) => document.body.dispatchEvent(
      new KeyboardEvent("keydown", {code: "Digit3", key: "3", isComposing, bubbles: true}))"""
    before = page.evaluate(chosen)

    page.evaluate(key, True)
    assert page.evaluate(chosen) == before

    page.evaluate(key, False)
    assert page.evaluate(chosen) != before


def test_a_refused_form_takes_the_focus(page: Page, gallery: str) -> None:
    _open(page, gallery, "case-refused", "light", "en")

    assert page.evaluate("document.activeElement.className") == "error-summary"


@pytest.mark.parametrize("name", ["case", "my-cases"])
def test_pages_print_light_and_without_controls(page: Page, gallery: str, name: str) -> None:
    _open(page, gallery, name, "dark", "en")
    page.emulate_media(media="print")

    ground = page.evaluate(
        "getComputedStyle(document.documentElement).getPropertyValue('--surface')"
    )
    assert ground.strip() == "#FFFFFF"
    assert not page.locator(".top-bar").is_visible()


def test_high_contrast_keeps_the_bars_of_a_bucket(page: Page, gallery: str) -> None:
    page.emulate_media(forced_colors="active")
    _open(page, gallery, "my-cases", "light", "en")

    chip = page.locator(".dpd").first
    assert chip.locator("svg").is_visible()
    assert chip.evaluate("(element) => getComputedStyle(element).borderTopStyle") == "solid"
