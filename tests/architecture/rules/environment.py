"""What may be set from outside is written down, and read in one place."""

from __future__ import annotations

import ast
import re

from tests.architecture.tree import APPS, Rule, Tree

EXAMPLE = ".env.example"
READERS = frozenset(
    {
        "text",
        "flag",
        "number",
        "numbers",
        "items",
        "path",
        "secret",
        "key",
        "versioned_keys",
        "database",
    }
    | {"is_set"}
)
_EXAMPLE_LINE = re.compile(r"^(?:# )?([A-Z][A-Z0-9_]*)=", re.MULTILINE)


def variables_read(tree: Tree) -> dict[str, str]:
    """Returns {variable: where it is read} for every environment variable of the settings."""
    found: dict[str, str] = {}
    for module in tree.modules(packages=("config",)):
        for node in ast.walk(module.tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in READERS
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "env"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                found.setdefault(str(node.args[0].value), module.at(node))
    return found


def variables_documented(tree: Tree) -> set[str]:
    """Returns the variables that .env.example shows, required or with their default."""
    return set(_EXAMPLE_LINE.findall((tree.root / EXAMPLE).read_text(encoding="utf-8")))


def example_is_complete(tree: Tree) -> list[str]:
    """.env.example and the settings name the same variables."""
    read, documented = variables_read(tree), variables_documented(tree)
    missing = [
        f"{place}: {name} is not in {EXAMPLE}. Add a line with what it means and its default."
        for name, place in sorted(read.items())
        if name not in documented
    ]
    unread = [
        f"{EXAMPLE}: nothing reads {name}. Remove the line, or read it in config/settings.py."
        for name in sorted(documented - read.keys())
    ]
    return missing + unread


def apps_read_settings(tree: Tree) -> list[str]:
    """Apps read settings, never the environment."""
    return [
        f"{module.at(node)}: read it in config/settings.py and use django.conf.settings here; then"
        f" it is checked at start and stands in {EXAMPLE}."
        for module in tree.modules(packages=APPS)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]


RULES = [
    Rule("every variable stands in .env.example", example_is_complete,
         {"config/settings.py": 'X = env.text("LENDER_NAME", default="")\n', EXAMPLE: ""},
         {"config/settings.py": 'X = env.text("LENDER_NAME", default="")\n',
          EXAMPLE: "# LENDER_NAME=\n"}),
    Rule("every line of .env.example is read", example_is_complete,
         {"config/settings.py": "", EXAMPLE: "LENDER_NAME=\n"}),
    Rule("apps read settings, not the environment", apps_read_settings,
         {"loans/imports/services.py": 'import os\nlimit = os.environ["LIMIT"]\n'}),
]  # fmt: skip
