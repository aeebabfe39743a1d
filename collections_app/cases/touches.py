"""Work on cases of loans whose import somebody wants to undo."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from collections_app.cases.models import CaseEvent, CaseEventKind
from core.audit import SYSTEM
from loans.imports.undo import Touch

_SHOWN = 20
#: What happens to a case by itself, however it is set off.
_BY_ITSELF = (CaseEventKind.OPENED, CaseEventKind.CURED, CaseEventKind.CLOSED)


def work_since(loan_ids: Collection[UUID], since: datetime) -> list[Touch]:
    """Returns what people did with the loans' cases since a moment, the first of it.

    That a case opened, ended or was dealt by itself is no work of anybody.
    """
    found = CaseEvent.objects.filter(case__loan__in=list(loan_ids), known_at__gt=since)
    by_people = (
        found.exclude(kind__in=_BY_ITSELF)
        .exclude(by=SYSTEM.label)
        .exclude(kind=CaseEventKind.ASSIGNED, from_user__isnull=True)
    )
    rows = by_people.order_by("known_at").values_list("case__loan__contract_no", "known_at")
    return [Touch(contract_no, _("work on the case"), at) for contract_no, at in rows[:_SHOWN]]
