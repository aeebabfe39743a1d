"""Money and rates are Decimal, from the column to the page."""

from __future__ import annotations

import ast
import re

from tests.architecture.tree import APPS, Rule, Tree

_MONEY_WORDS = re.compile(
    r"amount|balance|principal|interest|payoff|arrears|instalment|fee|penalty|rate|price|charge"
)


def no_float_for_money(tree: Tree) -> list[str]:
    """No float column, conversion or annotation where money or a rate is meant."""
    found = []
    for module in tree.modules(packages=APPS):
        for node in ast.walk(module.tree):
            if breach := _breach(node):
                found.append(f"{module.at(node)}: {breach}")
    return found


def money_columns(tree: Tree) -> list[str]:
    """Columns of money and rates come from core.money, so all have the same digits."""
    return [
        f"{module.at(node)}: use MoneyField or RateField of core.money instead of DecimalField."
        for module in tree.modules(packages=APPS)
        if module.path.parts[:2] != ("core", "money") and module.layer == "models"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute | ast.Name) and _name(node) == "DecimalField"
    ]


def _breach(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        called = _name(node.func)
        if called == "FloatField":
            return "FloatField loses cents. Use MoneyField or RateField of core.money."
        if called == "float":
            return "float() loses cents. Keep Decimal, or divide at the very edge of a drawing."
        if called == "Decimal" and node.args and _is_float(node.args[0]):
            return (
                f'Decimal of a float keeps its error. Write Decimal("{ast.unparse(node.args[0])}").'
            )
    if isinstance(node, ast.AnnAssign) and _means_money(node.target, node.annotation):
        return f"{ast.unparse(node.target)} is money or a rate: annotate it Decimal."
    if isinstance(node, ast.arg) and node.annotation is not None:
        target = ast.Name(id=node.arg)
        if _means_money(target, node.annotation):
            return f"{node.arg} is money or a rate: annotate it Decimal."
    return ""


def _means_money(target: ast.AST, annotation: ast.expr) -> bool:
    mentions_float = "float" in re.findall(r"\w+", ast.unparse(annotation))
    return mentions_float and bool(_MONEY_WORDS.search(ast.unparse(target)))


def _is_float(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, float)


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _in(text: str) -> dict[str, str]:
    return {"loans/contracts/models.py": text}


RULES = [
    Rule("no float column", no_float_for_money, _in("balance = models.FloatField()\n")),
    Rule("no float conversion", no_float_for_money, _in("x = float(balance)\n"),
         _in("x = Decimal('1.5')\n")),
    Rule("no Decimal of a float", no_float_for_money, _in("x = Decimal(0.1)\n")),
    Rule("no float annotation of money", no_float_for_money,
         _in("def pay(*, paid_amount: float | None) -> None: ...\n"),
         _in("def wait(*, seconds: float) -> None: ...\n")),
    Rule("money columns come from core.money", money_columns,
         _in("balance = models.DecimalField()\n"), _in("balance = MoneyField()\n")),
]  # fmt: skip
