"""Plans for loans whose import somebody wants to undo."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from collections_app.plans.models import Plan
from loans.imports.undo import Touch

_SHOWN = 20


def plans_since(loan_ids: Collection[UUID], since: datetime) -> list[Touch]:
    """Returns the plans proposed for the loans since a moment, the first of them."""
    found = Plan.objects.filter(loan__in=list(loan_ids), proposed_at__gt=since)
    rows = found.order_by("proposed_at").values_list("loan__contract_no", "proposed_at")
    return [Touch(contract_no, _("plan"), at) for contract_no, at in rows[:_SHOWN]]
