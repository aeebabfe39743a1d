"""Templates work under a Content-Security-Policy without unsafe-inline."""

from __future__ import annotations

import ast
import re

from tests.architecture.tree import APPS, Rule, Tree

MAX_LINES = 150
_COMMENTS = re.compile(r"{#.*?#}|{% comment.*?endcomment %}|<!--.*?-->", re.DOTALL)
# What must not stand in a page, and what to do instead.
_FORBIDDEN = (
    (r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"']application/json)", "a script inside the page",
     "Put it into static/ as a module and load it with src."),
    (r"<style\b", "a style element", "Put the rule into static/, on the design tokens."),
    (r"<[^>]*\sstyle\s*=", "a style attribute", "Use a class; a width goes into an SVG attribute."),
    (r"<[^>]*\son[a-z]+\s*=", "an on… handler", "Listen in a module of static/."),
    (r"<[^>]*\shx-on\b", "hx-on", "Listen for the htmx event in a module of static/."),
    (r"(?:href|src|action)\s*=\s*[\"']\s*javascript:", "a javascript: address", "Use a button."),
    (r"\|\s*safe\b|{%\s*autoescape\s+off", "unescaped output",
     "Let Django escape it, or build it with format_html."),
)  # fmt: skip


def strict_pages(tree: Tree) -> list[str]:
    """No inline script, style or handler, and nothing unescaped."""
    found = []
    for path, text in tree.templates():
        visible = _COMMENTS.sub(lambda match: "\n" * match[0].count("\n"), text)
        for pattern, what, remedy in _FORBIDDEN:
            for match in re.finditer(pattern, visible, re.IGNORECASE):
                line = visible.count("\n", 0, match.start()) + 1
                found.append(f"{path}:{line}: {what}. {remedy}")
    return found


def short_pages(tree: Tree) -> list[str]:
    """A template fits on a few screens."""
    return [
        f"{path}: {lines} lines, at most {MAX_LINES}. Include a part per region of the page."
        for path, text in tree.templates()
        if (lines := text.count("\n")) > MAX_LINES
    ]


def no_mark_safe(tree: Tree) -> list[str]:
    """HTML is made by templates and format_html, which escape."""
    return [
        f"{module.at(node)}: mark_safe trusts whatever it is given. Use format_html."
        for module in tree.modules(packages=(*APPS, "config"))
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Name) and node.id == "mark_safe"
    ]


def _page(text: str) -> dict[str, str]:
    return {"templates/loans/page.html": text}


RULES = [
    Rule("no script inside a page", strict_pages, _page("<script>go()</script>"),
         _page('<script type="module" src="{% static "a.js" %}"></script>{# <script> #}')),
    Rule("no style element", strict_pages, _page("<style>p{}</style>")),
    Rule("no style attribute", strict_pages, _page('<p style="color:red">')),
    Rule("no handler attribute", strict_pages, _page('<a onclick="go()">'),
         _page('<a href="/on">')),
    Rule("no hx-on", strict_pages, _page('<a hx-on:click="go()">')),
    Rule("no javascript address", strict_pages, _page('<a href="javascript:go()">')),
    Rule("nothing unescaped", strict_pages, _page("{{ name|safe }}")),
    Rule("a page is short", short_pages, _page("<p>\n" * 151), _page("<p>\n" * 150)),
    Rule("no mark_safe", no_mark_safe, {"loans/contracts/views.py": "x = mark_safe(name)\n"}),
]  # fmt: skip
