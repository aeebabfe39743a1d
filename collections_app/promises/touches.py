"""Promises for loans whose import somebody wants to undo."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from collections_app.promises.models import Promise
from loans.imports.undo import Touch

_SHOWN = 20


def promises_since(loan_ids: Collection[UUID], since: datetime) -> list[Touch]:
    """Returns the promises made for the loans since a moment, the first of them."""
    found = Promise.objects.filter(loan__in=list(loan_ids), made_at__gt=since)
    rows = found.order_by("made_at").values_list("loan__contract_no", "made_at")
    return [Touch(contract_no, _("promise"), at) for contract_no, at in rows[:_SHOWN]]
