"""How far a role may promise on its own, and what of a promise lies beyond that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access.rights import Role
from collections_app.promises.models import PromiseLimit
from core.money import format_money

_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of what is promised: an amount of money by a day, and how it is to come."""

    amount: Decimal
    due_on: date
    method: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one person may agree to: see `PromiseLimit`."""

    max_days_out: int
    min_share: Decimal
    max_parts: int

    def last_day(self, made_on: date) -> date:
        """Returns the last day a part may be promised for."""
        return made_on + timedelta(days=self.max_days_out)

    def least(self, past_due: Decimal) -> Decimal:
        """Returns the least that all parts must come to."""
        return (past_due * self.min_share).quantize(_CENT, rounding=ROUND_CEILING)


@dataclass(frozen=True, slots=True)
class Excess:
    """One limit that a promise goes beyond: which, in a sentence, and the day that would do."""

    what: str
    sentence: str
    shorten_to: date | None = None


#: What holds where nobody has set a role's limit.
STANDARD: Final[dict[str, Limits]] = {
    Role.TEAM_LEAD: Limits(45, Decimal("0.25"), 6),
    Role.MANAGER: Limits(90, Decimal(0), 12),
}
_OTHERS: Final = Limits(14, Decimal("0.5"), 3)


def standard_limits(role: str) -> Limits:
    """Returns what a role may agree to where nobody has set it."""
    return STANDARD.get(role, _OTHERS)


def limits_of(role: str) -> Limits:
    """Returns what a role may agree to. One query."""
    stored = PromiseLimit.objects.filter(role=role).first()
    if stored is None:
        return standard_limits(role)
    return Limits(stored.max_days_out, stored.min_share, stored.max_parts)


def beyond(
    *,
    parts: Sequence[Part],
    limits: Limits,
    made_on: date,
    past_due: Decimal,
    currency: str,
    language: str,
) -> list[Excess]:
    """Returns the limits that the parts go beyond; past_due is what is past due that day."""
    found = []
    last = limits.last_day(made_on)
    if any(part.due_on > last for part in parts):
        sentence = ngettext(
            "A promise beyond %(days)d day needs approval.",
            "A promise beyond %(days)d days needs approval.",
            limits.max_days_out,
        )
        found.append(Excess("days", sentence % {"days": limits.max_days_out}, last))
    if len(parts) > limits.max_parts:
        sentence = ngettext(
            "More than %(parts)d part needs approval.",
            "More than %(parts)d parts need approval.",
            limits.max_parts,
        )
        found.append(Excess("parts", sentence % {"parts": limits.max_parts}))
    least = limits.least(past_due)
    if sum(part.amount for part in parts) < least:
        sentence = _("Less than %(amount)s of what is past due needs approval.") % {
            "amount": format_money(least, currency, language)
        }
        found.append(Excess("share", sentence))
    return found
