"""Pages in a real browser: keys, focus, print, and what is left without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.ui.gallery_urls"),
]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    opened = context.new_page()
    yield opened
    context.close()


def _open(page: Page, server: str, name: str, theme: str, language: str) -> None:
    # Modules are deferred: they have run when it has loaded.
    page.goto(f"{server}/{name}/?theme={theme}&language={language}")


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
