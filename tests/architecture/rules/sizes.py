"""The size budget: small enough to be read in one go."""

from __future__ import annotations

import ast

from tests.architecture.tree import Rule, Tree, functions

MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_CLASS_LINES = 250


def size_budget(tree: Tree) -> list[str]:
    """Modules, functions and classes stay inside their budgets."""
    found = []
    for module in tree.modules():
        lines = module.source.count("\n")
        if lines > MAX_MODULE_LINES:
            found.append(
                f"{module.path}: {lines} lines, at most {MAX_MODULE_LINES}. Split it by noun, not"
                " by number: what would a reader look for by name?"
            )
        for node in functions(module):
            if (length := _length(node)) > MAX_FUNCTION_LINES:
                found.append(
                    f"{module.at(node)}: {node.name} has {length} lines, at most"
                    f" {MAX_FUNCTION_LINES}. Name its steps and make each a function."
                )
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef) and (length := _length(node)) > MAX_CLASS_LINES:
                found.append(
                    f"{module.at(node)}: class {node.name} has {length} lines, at most"
                    f" {MAX_CLASS_LINES}. Move what several models share to queries or services."
                )
    return found


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _lines(count: int, *, indent: str = "") -> str:
    return f"{indent}x = 1\n" * count


RULES = [
    Rule("a module has at most 400 lines", size_budget, {"loans/contracts/terms.py": _lines(401)},
         {"loans/contracts/terms.py": _lines(400)}),
    Rule("a function has at most 60 lines", size_budget,
         {"loans/contracts/terms.py": "def make():\n" + _lines(60, indent="    ")},
         {"loans/contracts/terms.py": "def make():\n" + _lines(59, indent="    ")}),
    Rule("a class has at most 250 lines", size_budget,
         {"loans/contracts/terms.py": "class Terms:\n" + _lines(250, indent="    ")},
         {"loans/contracts/terms.py": "class Terms:\n" + _lines(249, indent="    ")}),
]  # fmt: skip
