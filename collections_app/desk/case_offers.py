"""What the reader may agree to on their own, and that a second person agrees to more."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.promises.limits import Limits, standard_limits
from core import clock
from core.money.formats import format_money


def limits_read(case: Any, user: User) -> Limits:
    """Returns the limits of the reader's role, which `case_for` reads with the case."""
    if not case.promise_limit:
        return standard_limits(user.role)
    facts = case.promise_limit[0]
    return Limits(**{**facts, "min_share": Decimal(str(facts["min_share"]))})


def offer_of(case: Case, user: User) -> dict[str, Any] | None:
    """Returns the limits of the reader's role in a sentence; None where nothing is to be agreed."""
    owed = case.loan.position.overdue_amount
    if case.state != CaseState.OPEN or owed <= 0 or not has_right(user, "promise.add"):
        return None
    limits = limits_read(case, user)
    last = limits.last_day(clock.local_today(case.portfolio.time_zone))
    least = limits.least(owed)
    words = {
        "least": format_money(least, case.portfolio.currency, get_language() or "en"),
        "day": date_format(last, _("j M")),
        "parts": limits.max_parts,
    }
    any_amount = ngettext(
        "any amount by %(day)s, in %(parts)d part",
        "any amount by %(day)s, in up to %(parts)d parts",
        limits.max_parts,
    )
    sentence = ngettext(
        "at least %(least)s by %(day)s, in %(parts)d part",
        "at least %(least)s by %(day)s, in up to %(parts)d parts",
        limits.max_parts,
    )
    sentence = sentence if least > 0 else any_amount
    return {"text": sentence % words, "beyond": has_right(user, "approval.request")}
