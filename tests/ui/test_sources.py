"""What stylesheets, scripts and templates may contain."""

from __future__ import annotations

import re
from pathlib import Path

import django.contrib.admin
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
STYLES = sorted((ROOT / "static/css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COMPONENTS = sorted((ROOT / "templates/cotton").glob("*.html"))
SYMBOLS = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/icons.svg").read_text("utf-8")))

COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch|color-mix)\(")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [p for p in STYLES if p.name != "tokens.css"], ids=_name)
def test_only_the_tokens_name_colours(path: Path) -> None:
    found = COLOUR.findall(re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S))

    assert not found, f"{path.name} names {found}: add a token to tokens.css and use var(--…)"


@pytest.mark.parametrize("path", STYLES, ids=_name)
def test_stylesheets_use_only_tokens_that_exist(path: Path) -> None:
    defined = set(re.findall(r"(--[\w-]+)\s*:", "".join(p.read_text("utf-8") for p in STYLES)))
    used = set(re.findall(r"var\((--[\w-]+)", path.read_text("utf-8")))

    assert used <= defined


@pytest.mark.parametrize("path", STYLES, ids=_name)
def test_stylesheets_stay_small(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400, "split it by what it styles"


@pytest.mark.parametrize("path", SCRIPTS, ids=_name)
def test_scripts_stay_small_and_evaluate_nothing(path: Path) -> None:
    text = path.read_text("utf-8")

    assert len(text.splitlines()) <= 150
    assert not re.search(r"\beval\(|new Function|innerHTML|localStorage", text)
    # One script keeps something, addresses of cases, until the tab is closed (docs/security.md).
    assert "sessionStorage" not in text or path.name == "viewed.js"


def test_a_form_that_hands_out_a_file_can_be_sent_again() -> None:
    """The page stays when a file comes; without the mark its buttons would be dead after one."""
    forms = [
        (path.name, form)
        for path in TEMPLATES
        for form in re.findall(r"<form\b.*?</form>", path.read_text("utf-8"), flags=re.S)
        if re.search(r'name="format"', form)
    ]

    assert len(forms) >= 3
    assert [name for name, form in forms if "data-download" not in form.split(">", 1)[0]] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_templates_keep_to_the_content_security_policy(path: Path) -> None:
    text = path.read_text("utf-8")

    assert not re.search(r"<style\b|\sstyle=", text), "no inline style: the policy refuses it"
    assert not re.search(r"\son[a-z]+=\s*[\"']", text), "no on… attribute: write a module"
    assert not re.search(r"hx-on|hx-vals=[\"']js:|hx-trigger=\"[^\"]*\[", text), "needs eval"
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in tag, "no inline script: write a module in static/js"


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_every_icon_that_is_named_exists(path: Path) -> None:
    text = path.read_text("utf-8")
    named = set(re.findall(r"<c-icon\s+name=\"([\w-]+)\"", text))
    named |= set(re.findall(r"\sicon=\"([\w-]+)\"", text))
    named |= set(re.findall(r"icons\.svg' %}#([\w-]+)\"", text))

    assert named <= SYMBOLS


@pytest.mark.parametrize("path", COMPONENTS, ids=_name)
def test_components_give_every_variable_a_default(path: Path) -> None:
    declared = re.search(r"<c-vars (.*?)/>", path.read_text("utf-8"))

    assert declared, "declare the attributes in <c-vars>"
    bare = re.sub(r":?[\w-]+=\"[^\"]*\"", "", declared.group(1)).split()
    assert not bare, f'{bare} would be read from the page\'s context; write {bare[0]}=""'


def test_the_admin_frame_keeps_every_block_of_djangos() -> None:
    base = Path(django.contrib.admin.__file__).parent / "templates/admin/base.html"
    blocks = re.compile(r"{% block ([\w-]+)")

    ours = set(blocks.findall((ROOT / "templates/admin/base.html").read_text("utf-8")))

    assert set(blocks.findall(base.read_text("utf-8"))) <= ours
