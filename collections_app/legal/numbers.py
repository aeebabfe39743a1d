"""Numbers of demand letters and proceedings: no gaps, no doubles."""

from __future__ import annotations

from django.db import models
from django.db.models import Max

from core.locks import Lock, advisory_lock


def next_number(model: type[models.Model]) -> int:
    """Returns the next number of a kind of record; the caller's transaction holds it."""
    advisory_lock(Lock.LEGAL_NUMBER, model._meta.label)
    last = model._default_manager.aggregate(last=Max("number"))["last"]
    return int(last or 0) + 1
