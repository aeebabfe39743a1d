"""What each layer of a concept may know: the web stays in the web layer."""

from __future__ import annotations

import ast

from tests.architecture.tree import (
    APPS,
    Module,
    Rule,
    Tree,
    decorator_names,
    functions,
    imported_modules,
    public_functions,
)

BELOW_VIEWS = ("services", "queries", "models", "flow", "tasks")
WEB_MODULES = ("django.http", "django.contrib.messages", "django.shortcuts", "django.template")
WEB_REQUESTS = frozenset({"Request", "WSGIRequest", "ASGIRequest"})
WRITES = frozenset(
    {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create"}
    | {"update_or_create"}
)
METHOD_DECORATORS = frozenset(
    {"require_safe", "require_GET", "require_POST", "require_http_methods", "api_view"}
)
SIGNALS = frozenset({"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed"})


def no_request_below_views(tree: Tree) -> list[str]:
    """Services, queries, models, flows and tasks never see a request or answer with a page."""
    found = []
    for module in tree.layer(*BELOW_VIEWS):
        for node in functions(module):
            for argument in [*node.args.args, *node.args.kwonlyargs]:
                if argument.arg == "request" and _is_web_request(argument):
                    found.append(
                        f"{module.at(node)}: {node.name} takes a request. Pass what it needs:"
                        " `by: Actor`, ids, values; then a task or the API can call it too."
                    )
        for node, name, _ in imported_modules(module):
            if name.startswith(WEB_MODULES):
                found.append(
                    f"{module.at(node)}: {name} belongs in views. Return a value or raise a domain"
                    " error, and let the view make the page."
                )
    return found


def services_are_keyword_only(tree: Tree) -> list[str]:
    """A call of a service reads as a sentence, and its signature is fully typed."""
    found = []
    for module in tree.layer("services"):
        for node in public_functions(module):
            positional = [*node.args.posonlyargs, *node.args.args]
            count = len(positional) + len(node.args.kwonlyargs)
            if positional and count > 1:
                found.append(
                    f"{module.at(node)}: {node.name} takes {positional[0].arg!r} by position. Write"
                    f" `def {node.name}(*, ...)`."
                )
            if node.returns is None:
                found.append(f"{module.at(node)}: {node.name} needs its return type.")
            if ast.get_docstring(node) is None:
                found.append(
                    f"{module.at(node)}: {node.name} needs a sentence saying what it does and what"
                    " it refuses."
                )
    return found


def views_read_through_scope(tree: Tree) -> list[str]:
    """Views, API, admin, exports and forms read only rows their reader may see."""
    found = []
    for module in tree.layer("views", "api", "admin", "exports", "forms"):
        for node in ast.walk(module.tree):
            if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)):
                continue
            if node.value.attr == "objects" and node.attr not in {"visible_to", "none"}:
                found.append(
                    f"{module.at(node)}: .objects.{node.attr} reads past the reader's scope. Start"
                    " with .objects.visible_to(request.user), or call a query that does."
                )
    return found


def get_is_safe(tree: Tree) -> list[str]:
    """Each view says which methods it answers, and one that answers GET writes nothing."""
    found = []
    for module in tree.layer("views"):
        services = {
            name
            for _, source, name in imported_modules(module)
            if name == "services" or "services" in source.split(".")
        }
        for node in _views(module):
            decorators = decorator_names(node)
            if not decorators & METHOD_DECORATORS:
                found.append(
                    f"{module.at(node)}: {node.name} answers every method. Add @require_safe or"
                    " @require_POST."
                )
            if decorators & {"require_safe", "require_GET"}:
                found += [
                    f"{module.at(call)}: {node.name} answers GET but calls {name}. Links and"
                    " prefetching must change nothing: make it a POST."
                    for call, name in _writes(node, services)
                ]
    return found


def no_hidden_rules(tree: Tree) -> list[str]:
    """No save() overrides and no model signals: a rule runs where it is called."""
    found = []
    for module in tree.modules(packages=APPS):
        for _, _, name in imported_modules(module):
            if name in SIGNALS:
                found.append(
                    f"{module.path}: {name} hides a rule from its reader. Call the service, or"
                    " write a fact and announce its topic (core/facts)."
                )
        if module.layer == "models":
            found += [
                f"{module.at(node)}: save() and delete() stay Django's. Put the rule into a service"
                " and what must always hold into a database constraint."
                for node in functions(module)
                if node.name in {"save", "delete"}
            ]
    return found


def _is_web_request(argument: ast.arg) -> bool:
    if argument.annotation is None:
        return True
    name = ast.unparse(argument.annotation).strip("'\"").split(".")[-1]
    return name.endswith("HttpRequest") or name in WEB_REQUESTS


def _views(module: Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [
        node
        for node in public_functions(module)
        if node.args.args and node.args.args[0].arg == "request"
    ]


def _writes(
    view: ast.FunctionDef | ast.AsyncFunctionDef, services: set[str]
) -> list[tuple[ast.Call, str]]:
    found = []
    for node in ast.walk(view):
        if not isinstance(node, ast.Call):
            continue
        target = node.func
        if isinstance(target, ast.Attribute):
            owner = target.value.id if isinstance(target.value, ast.Name) else ""
            if (target.attr in WRITES and owner not in {"dict", "context"}) or owner in services:
                found.append((node, ast.unparse(target)))
        elif isinstance(target, ast.Name) and target.id in services:
            found.append((node, target.id))
    return found


_GET_VIEW = """
from loans.repayments import services
@require_safe
def repayments(request):
    services.record_repayment(by=request.user)
"""

RULES = [
    Rule("no request below views", no_request_below_views,
         {"loans/imports/services.py": "def start(*, request):\n    pass\n"},
         {"compliance/attempts/services.py": "def reserve(*, request: ContactRequest): ...\n"}),
    Rule("no messages or templates below views", no_request_below_views,
         {"loans/imports/services/staging.py": "from django.contrib import messages\n"
                                               "from django.contrib.messages import info\n"},
         {"loans/imports/views.py": "from django.contrib.messages import info\n"}),
    Rule("services are keyword-only", services_are_keyword_only,
         {"loans/repayments/services.py": 'def post(loan, by) -> None:\n    """Posts."""\n'},
         {"loans/repayments/services.py": 'def post(*, loan, by) -> None:\n    """Posts."""\n'}),
    Rule("services say what they do", services_are_keyword_only,
         {"loans/repayments/services.py": "def post(*, loan, by) -> None:\n    pass\n"}),
    Rule("views read through visible_to", views_read_through_scope,
         {"loans/contracts/views.py": "loans = Loan.objects.filter(pk=1)\n"},
         {"loans/contracts/views.py": "loans = Loan.objects.visible_to(user).filter(pk=1)\n"}),
    Rule("GET writes nothing", get_is_safe, {"loans/repayments/views.py": _GET_VIEW},
         {"loans/repayments/views.py": _GET_VIEW.replace("require_safe", "require_POST")}),
    Rule("a view names its methods", get_is_safe,
         {"loans/repayments/views.py": "def repayments(request):\n    pass\n"}),
    Rule("no save() override", no_hidden_rules,
         {"loans/repayments/models.py": "class R:\n    def save(self):\n        pass\n"}),
    Rule("no model signals", no_hidden_rules,
         {"loans/repayments/services.py": "from django.db.models.signals import post_save\n"}),
]  # fmt: skip
