"""Gathers the tasks of the app's concepts."""

from collections_app.callbacks.tasks import watch_callbacks
from collections_app.close.tasks import close_due, resume_close
from collections_app.dialling.tasks import let_calling_numbers_go
from collections_app.legal.tasks import watch_legal_days
from collections_app.relationship.tasks import cool_relationships
from collections_app.strategy.tasks import plan_where_books_are_late
from collections_app.worklist.tasks import refresh_due_hints

__all__ = [
    "close_due",
    "cool_relationships",
    "let_calling_numbers_go",
    "plan_where_books_are_late",
    "refresh_due_hints",
    "resume_close",
    "watch_callbacks",
    "watch_legal_days",
]
