"""Which case a loan of a report leads to: the open one, or the last one its reader may see."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from accounts.models import User
from collections_app.cases.models import Case


def cases_of(*, user: User, loan_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Returns loan id to case id; loans without a visible case are left out. One query."""
    cases = Case.objects.visible_to(user).filter(loan__in=set(loan_ids))
    return dict(cases.order_by("opened_on", "pk").values_list("loan_id", "pk"))
