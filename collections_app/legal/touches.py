"""Letters and proceedings for loans whose import somebody wants to undo."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from collections_app.legal.letter_models import DemandLetter
from collections_app.legal.models import Proceeding
from loans.imports.undo import Touch

_SHOWN = 20


def matters_since(loan_ids: Collection[UUID], since: datetime) -> list[Touch]:
    """Returns the demand letters and proceedings of the loans since a moment, the first of each."""
    ids = list(loan_ids)
    letters = DemandLetter.objects.filter(case__loan__in=ids, drawn_at__gt=since)
    matters = Proceeding.objects.filter(case__loan__in=ids, opened_at__gt=since)
    drawn = letters.order_by("drawn_at").values_list("case__loan__contract_no", "drawn_at")
    opened = matters.order_by("opened_at").values_list("case__loan__contract_no", "opened_at")
    return [
        *(Touch(contract_no, _("demand letter"), at) for contract_no, at in drawn[:_SHOWN]),
        *(Touch(contract_no, _("proceedings"), at) for contract_no, at in opened[:_SHOWN]),
    ]
