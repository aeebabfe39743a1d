"""What the documents name exists: links, models, files, commands; every room has its page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.core.management import get_commands

from tests.architecture.rules.names import NOT_CONCEPTS
from tests.architecture.tree import APPS, PACKAGES, PROJECT

SKIPPED = {".venv", ".git", "var", "staticfiles", "node_modules", ".pytest_cache"}
OUR_APPS = tuple(app for app in APPS if (PROJECT / app / "apps.py").exists())

_CODE_BLOCK = re.compile(r"^```.*?^```|^ {4}.*?$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_NAME_IN_CODE = re.compile(rf"`((?:{'|'.join(APPS)})(?:\.\w+)+)`")
_FOLDERS = "|".join((*PACKAGES, "tests", "docs", "templates", "static", "bin"))
_FILE = re.compile(rf"`((?:{_FOLDERS})/[\w./-]+)`")
_NAME_IN_FILE = re.compile(rf"`(\w+)` (?:of|in)\s+`((?:{_FOLDERS})/[\w./-]+\.py)`")
_COMMAND = re.compile(r"manage\.py (\w+)")


def documents() -> list[Path]:
    """Returns every document of the project."""
    return [
        path
        for path in sorted(PROJECT.rglob("*.md"))
        if not SKIPPED & set(path.relative_to(PROJECT).parts)
    ]


def relative(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def links(text: str) -> Iterator[str]:
    """Yields the targets of a document's links that lead into the project."""
    for target in _LINK.findall(_CODE_BLOCK.sub("", text)):
        if "://" not in target and not target.startswith("mailto:"):
            yield unquote(target)


def anchors(text: str) -> set[str]:
    """Returns the anchors of a document's headings, as repositories make them."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in _HEADING.findall(text)
    }


def resolve(name: str) -> None:
    """Finds a dotted name: `app.Model[.field]`, or a module and what is in it. Raises if absent."""
    app, first, *rest = name.split(".")
    if first[0].isupper():
        model = apps.get_model(app, first)
        for part in rest:
            model._meta.get_field(part)
        return
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part)
        return
    raise LookupError(name)


@pytest.mark.parametrize("path", documents(), ids=relative)
def test_links_lead_somewhere(path: Path):
    broken = []
    for target in links(path.read_text(encoding="utf-8")):
        place, _, anchor = target.partition("#")
        file = (path.parent / place).resolve() if place else path
        if not file.exists():
            broken.append(f"{target}: there is no such file")
        elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text("utf-8")):
            broken.append(f"{target}: {file.name} has no such heading")

    assert not broken, f"{relative(path)}: correct or remove these links:\n" + "\n".join(broken)


def test_a_broken_link_is_seen():
    text = "[a](gone.md) [b](https://example.com) `[c](d)`\n\n    [e](f)\n"

    assert list(links(text)) == ["gone.md", "d"]


@pytest.mark.parametrize("app", [*OUR_APPS, "config"])
def test_every_room_has_a_page_that_the_readme_links(app: str):
    assert (PROJECT / app / "README.md").exists(), f"{app}/README.md: one screen on what it is for"
    front = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert f"{app}/README.md" in set(links(front)), f"README.md: link {app}/README.md in the map"


@pytest.mark.parametrize("app", OUR_APPS)
def test_the_page_of_an_app_names_its_concepts(app: str):
    page = (PROJECT / app / "README.md").read_text(encoding="utf-8")
    missing = [
        folder.name
        for folder in sorted((PROJECT / app).iterdir())
        if (folder / "__init__.py").exists()
        and folder.name not in NOT_CONCEPTS
        and not re.search(rf"^\| `?{folder.name}`? \|", page, re.MULTILINE)
    ]

    assert not missing, f"{app}/README.md: give {', '.join(missing)} a line in the table"


@pytest.mark.parametrize("path", documents(), ids=relative)
def test_names_in_code_exist(path: Path):
    missing = []
    for name in sorted(set(_NAME_IN_CODE.findall(path.read_text(encoding="utf-8")))):
        if name.endswith((".csv", ".xlsx", ".md")) or is_word(name):
            continue
        try:
            resolve(name)
        except Exception as error:
            missing.append(f"`{name}`: {error!r}")

    assert not missing, f"{relative(path)}: these names are not in the code:\n" + "\n".join(missing)


@pytest.mark.parametrize("name", ["loans.Lender", "loans.Loan.colour", "core.clock.yesterday"])
def test_a_name_that_is_not_in_the_code_is_seen(name: str):
    with pytest.raises((LookupError, AttributeError, FieldDoesNotExist)):
        resolve(name)


def is_word(name: str) -> bool:
    """Topics of facts look like dotted names, e.g. loans.position_changed."""
    from django.conf import settings

    return name in settings.FACT_CONSUMERS


def test_every_model_stands_in_the_glossary():
    glossary = (PROJECT / "docs" / "glossary.md").read_text(encoding="utf-8")
    named = set(_NAME_IN_CODE.findall(glossary))
    named_models = {".".join(name.split(".")[:2]) for name in named}
    missing = [
        model._meta.label
        for app in OUR_APPS
        for model in apps.get_app_config(app).get_models()
        if model._meta.label not in named_models
    ]

    assert not missing, f"docs/glossary.md: give {', '.join(missing)} a line"


def test_every_line_of_the_glossary_has_its_chinese_term():
    lines = (PROJECT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    rows = [line.split("|") for line in lines if line.startswith("| ") and "---" not in line]
    lacking = [
        row[1].strip()
        for row in rows
        if row[1].strip() != "term" and not re.search(r"[\u4e00-\u9fff]", row[2])
    ]

    assert not lacking, f"docs/glossary.md: the Chinese term is missing for {', '.join(lacking)}"


@pytest.mark.parametrize(
    "path",
    [PROJECT / "README.md", *sorted((PROJECT / "docs" / "recipes").glob("*.md"))],
    ids=relative,
)
def test_files_and_commands_named_exist(path: Path):
    text = path.read_text(encoding="utf-8")
    known = get_commands()
    missing = [
        f"{name}: there is no such file"
        for name in sorted(set(_FILE.findall(text)))
        if not (PROJECT / name).exists()
    ]
    missing += [
        f"{name} is not in {file}"
        for name, file in sorted(set(_NAME_IN_FILE.findall(text)))
        if not re.search(rf"\b{name}\b", (PROJECT / file).read_text(encoding="utf-8"))
    ]
    missing += [
        f"manage.py {name}: there is no such command"
        for name in sorted(set(_COMMAND.findall(text)))
        if name not in known
    ]

    assert not missing, f"{relative(path)}:\n" + "\n".join(missing)


@pytest.mark.parametrize("folder", ["adr", "recipes"])
def test_the_index_names_every_page(folder: str):
    pages = PROJECT / "docs" / folder
    named = set(links((pages / "README.md").read_text(encoding="utf-8")))
    missing = [
        path.name
        for path in sorted(pages.glob("*.md"))
        if path.name != "README.md" and path.name not in named
    ]

    assert not missing, f"docs/{folder}/README.md: add {', '.join(missing)}"


def test_pictures_are_small():
    large = [
        f"{path.name}: {path.stat().st_size // 1024} kB"
        for path in (PROJECT / "docs" / "screenshots").glob("*.png")
        if path.stat().st_size > 200 * 1024
    ]

    assert not large, f"keep each picture under 200 kB: {', '.join(large)}"
