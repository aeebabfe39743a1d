"""Gathers the models of the app's concepts."""

from collections_app.cases.models import Case, CaseEvent
from collections_app.close.models import CloseRun, CloseSetAside
from collections_app.contacts.models import Contact, ResultCode
from collections_app.promises.models import Promise

__all__ = [
    "Case",
    "CaseEvent",
    "CloseRun",
    "CloseSetAside",
    "Contact",
    "Promise",
    "ResultCode",
]
