"""Takes the pictures of the README from a running demo: `bin/screenshots [ADDRESS]`."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
SIGN_INS = HERE.parents[1] / "var/demo/sign-ins.json"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def first_row(page: Page) -> None:
    """Opens the first row of the list whose person may be contacted now, else the first."""
    rows = page.locator("tbody tr")
    allowed = rows.filter(has=page.locator("use[href$='#allowed']"))
    (allowed if allowed.count() else rows).locator("th a").first.click()


def ask_where_a_local_pack_joins(page: Page) -> None:
    """Asks about the first of the loans found whose borrower's place brings a pack of its own."""
    page.fill("[name=contract]", "LA-")
    page.press("[name=contract]", "Enter")
    page.wait_for_selector(".rows a[href*='loan=']")
    found = page.eval_on_selector_all(".rows a[href*='loan=']", "links => links.map(a => a.href)")
    for href in found:
        page.goto(href)
        if any(code in page.inner_text("#answer") for code in ("US-MA", "US-NYC", "US-WA")):
            break


def stay(page: Page) -> None:
    """Takes the page as it is."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: who looks, at which page, in which colours, and what is pressed first."""

    name: str
    who: str
    path: str
    scheme: str = "light"
    width: int = 1366
    height: int = 768
    go_on: Callable[[Page], None] = stay


SHOTS = (
    Shot("case", "ana", "/cases/", go_on=first_row),
    Shot("my-cases", "ana", "/cases/"),
    Shot("dashboard", "maria", "/dashboard/"),
    Shot("compliance-week", "cleo", "/compliance/"),
    Shot("what-if", "cleo", "/compliance/what-if/", go_on=ask_where_a_local_pack_joins),
    Shot("assignment", "maria", "/assignment/"),
    Shot("case-zh-dark", "lin.na", "/cases/", "dark", 1240, 700, go_on=first_row),
)


def keep(picture: bytes, path: Path) -> None:
    """Writes a picture with the 256 colours a page has at most: a third of the size."""
    colours = Image.open(BytesIO(picture)).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    colours.save(path, optimize=True)


def take(browser: Browser, address: str, shot: Shot, password: str) -> None:
    """Signs in anew, goes to the page and keeps what stands above the fold."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme="dark" if shot.scheme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(f"{address}/account/login/?next={shot.path}")
    page.fill("[name=login]", f"{shot.who}@makegood.example")
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"**{shot.path}*")
    shot.go_on(page)
    page.wait_for_load_state("networkidle")
    keep(page.screenshot(), HERE / f"{shot.name}.png")
    context.close()


def main(arguments: list[str]) -> int:
    """Takes every picture, or those named after the address; returns the exit status."""
    address = arguments[0].rstrip("/") if arguments else "http://127.0.0.1:8000"
    if not SIGN_INS.exists():
        sys.stderr.write("Start bin/demo first: its sign-ins are needed.\n")
        return 1
    passwords = {row["email"]: row["password"] for row in json.loads(SIGN_INS.read_text())}
    chromium = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for shot in SHOTS:
            if arguments[1:] and shot.name not in arguments[1:]:
                continue
            take(browser, address, shot, passwords[f"{shot.who}@makegood.example"])
            sys.stdout.write(f"{shot.name}\n")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
