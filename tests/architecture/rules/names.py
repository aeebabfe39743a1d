"""Names of files and folders: each says what is inside."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.tree import APPS, PACKAGES, Rule, Tree

BANNED = frozenset(
    {"util", "utils", "helper", "helpers", "common", "misc", "base", "lib", "libs", "shared"}
    | {"tool", "tools", "stuff", "general", "various", "extras", "new", "old", "tmp", "temp"}
)
GATHERING = frozenset({"__init__", "apps", "models", "admin", "tasks", "urls", "api"})
CORE_CONCEPTS = frozenset(
    {"money", "clock", "calendars", "facts", "jobs", "locks", "audit", "encryption", "files"}
    | {"exports", "idempotency", "htmx", "ids", "pages", "statements", "schema"}
)
NOT_CONCEPTS = frozenset({"management", "migrations", "templates", "templatetags", "__pycache__"})


def banned_names(tree: Tree) -> list[str]:
    """No file or folder is called after nothing in particular, not even in part."""
    found = []
    for path in _python_paths(tree):
        words = {word for part in path.with_suffix("").parts for word in part.split("_")}
        if bad := sorted(words & BANNED):
            found.append(
                f"{path}: {bad[0]!r} collects anything. Name it by the noun it is about, for"
                " example core/money/rounding.py, and put each function with its own noun."
            )
    return found


def closed_core(tree: Tree) -> list[str]:
    """core has a closed list of concepts; it knows no word of the domain."""
    return [
        f"core/{folder}: core is closed ({', '.join(sorted(CORE_CONCEPTS))}). A noun of the domain"
        " belongs to the app that owns it; a new mechanism needs a decision record in docs/adr"
        " and a line in this list."
        for folder in _folders(tree, "core")
        if folder not in CORE_CONCEPTS | NOT_CONCEPTS
    ]


def gathering_files(tree: Tree) -> list[str]:
    """Directly inside an app stand only the files that gather its concepts'."""
    found = []
    for app in APPS:
        for path in sorted((tree.root / app).glob("*.py")):
            if path.stem not in GATHERING:
                found.append(
                    f"{app}/{path.name}: only {', '.join(sorted(GATHERING))} stand directly in an"
                    f" app. Move it into the folder of its concept: {app}/<concept>/{path.name}."
                )
    return found


def readmes(tree: Tree) -> list[str]:
    """Every app has a page that says what it is for."""
    return [
        f"{app}/README.md is missing. One screen: purpose, its words, who calls it, what it must"
        " never do."
        for app in tree.apps()
        if not (tree.root / app / "README.md").exists()
    ]


def translated_names(tree: Tree) -> list[str]:
    """Functions that translate keep the names by which their words are found."""
    return [
        f"{module.at(node)}: words inside {alias.asname}() are not found when the catalogue is"
        f" made, and stay English. Import {alias.name} by its own name, or as _."
        for module in tree.modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname not in (None, "_", alias.name) and "gettext" in alias.name
    ]


def _python_paths(tree: Tree) -> list[Path]:
    return [module.path for module in tree.modules(packages=PACKAGES)]


def _folders(tree: Tree, app: str) -> list[str]:
    root = tree.root / app
    return sorted(path.name for path in root.iterdir() if path.is_dir()) if root.exists() else []


RULES = [
    Rule("file names say what is inside", banned_names, {"loans/repayments/utils.py": ""},
         {"loans/repayments/allocation.py": ""}),
    Rule("no banned word hides in a longer name", banned_names, {"core/money/money_helpers.py": ""},
         {"core/money/rounding.py": ""}),
    Rule("core is a closed list", closed_core, {"core/borrowers/models.py": ""},
         {"core/money/models.py": ""}),
    Rule("apps gather, concepts hold", gathering_files, {"loans/replay.py": ""},
         {"loans/models.py": "", "loans/delinquency/replay.py": ""}),
    Rule("words to translate are found", translated_names,
         {"loans/x/a.py": "from django.utils.translation import gettext_lazy as lazy\n"},
         {"loans/x/a.py": "from django.utils.translation import gettext_lazy as _\n"}),
    Rule("every app has its README", readmes, {"loans/apps.py": ""},
         {"loans/apps.py": "", "loans/README.md": "# loans"}),
]  # fmt: skip
