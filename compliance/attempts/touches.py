"""Contacts about loans whose import somebody wants to undo."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from compliance.attempts.models import AttemptLoan
from loans.imports.undo import Touch

_SHOWN = 20


def contacts_since(loan_ids: Collection[UUID], since: datetime) -> list[Touch]:
    """Returns the contacts recorded about the loans since a moment, the first of them."""
    found = AttemptLoan.objects.filter(loan__in=list(loan_ids), attempt__known_at__gt=since)
    rows = found.order_by("attempt__known_at").values_list("loan__contract_no", "attempt__known_at")
    return [Touch(contract_no, _("contact"), at) for contract_no, at in rows[:_SHOWN]]
