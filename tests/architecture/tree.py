"""A source tree as the rules see it: the project itself, or a small planted one."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
APPS = (
    "core",
    "accounts",
    "loans",
    "compliance",
    "notifications",
    "collections_app",
    "reporting",
    "portal",
)
PACKAGES = (*APPS, "config")


@dataclass(frozen=True)
class Module:
    """One Python file, parsed."""

    path: Path
    source: str

    @property
    def app(self) -> str:
        return self.path.parts[0]

    @property
    def layer(self) -> str:
        """The file's place inside its concept: "services" for services.py and services/*.py."""
        inside = self.path.with_suffix("").parts[2:]
        return inside[0] if inside else self.path.stem

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


class Tree:
    """The files below one root."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def modules(self, *, packages: tuple[str, ...] = PACKAGES) -> Iterator[Module]:
        """Yields the Python files of the packages, without migrations."""
        for package in packages:
            for path in sorted((self.root / package).rglob("*.py")):
                relative = path.relative_to(self.root)
                if "migrations" not in relative.parts:
                    yield Module(path=relative, source=path.read_text(encoding="utf-8"))

    def layer(self, *names: str) -> Iterator[Module]:
        """Yields the files of the given layers of every concept of every app."""
        for module in self.modules(packages=APPS):
            if module.layer in names:
                yield module

    def apps(self) -> list[str]:
        return [app for app in APPS if (self.root / app / "apps.py").exists()]

    def templates(self) -> Iterator[tuple[Path, str]]:
        """Yields every HTML template with its text."""
        folders = [self.root / "templates", *(self.root / app / "templates" for app in APPS)]
        for folder in folders:
            for path in sorted(folder.rglob("*.html")):
                yield path.relative_to(self.root), path.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Rule:
    """A rule, a tree that breaks it, and a tree that keeps it."""

    name: str
    check: Callable[[Tree], list[str]]
    broken: Mapping[str, str]
    kept: Mapping[str, str] = field(default_factory=dict)


def plant(root: Path, files: Mapping[str, str]) -> Tree:
    """Writes files below `root` and returns them as a tree."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Tree(root)


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yields every function and method of a module."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def public_functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yields the functions other modules may call: top level, without a leading underscore."""
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name[0] != "_":
            yield node


def imported_modules(module: Module) -> Iterator[tuple[ast.AST, str, str]]:
    """Yields (node, module, name) of every import; name is empty for `import module`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name, ""
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield node, node.module, alias.name


def decorator_names(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Returns the last word of each decorator, called or not."""
    names = set()
    for decorator in node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(target, ast.Attribute):
            names.add(target.attr)
        elif isinstance(target, ast.Name):
            names.add(target.id)
    return names
