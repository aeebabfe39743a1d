"""What each role may agree to, and what of a plan lies beyond that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access.rights import Role, rights_of
from collections_app.plans.flow import MODIFICATIONS, MOVING, PAID, PlanKind
from collections_app.plans.models import PlanPolicy
from collections_app.plans.terms import Standing, Terms
from core.money import format_money
from loans.contracts.due_dates import add_periods
from loans.contracts.terms import MONTHLY

_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one role may agree to for one kind; see `PlanPolicy`."""

    most_months: int
    most_parts: int
    least_share: Decimal
    most_in_year: int
    is_offered: bool = True


@dataclass(frozen=True, slots=True)
class Excess:
    """One limit that a plan goes beyond: which, and a sentence that says it."""

    what: str
    sentence: str


_NEVER: Final = Limits(0, 1, Decimal(1), 0, is_offered=False)
_K = PlanKind
#: What holds where nobody has set it. Counts of twelve months follow the FFIEC retail policy's
#: demand for recorded limits; the figures are the product's own, for the lender to set.
STANDARD: Final[dict[str, dict[PlanKind, Limits]]] = {
    Role.TEAM_LEAD: {
        _K.ARRANGEMENT: Limits(12, 12, Decimal("0.5"), 4),
        _K.DEFERRAL: Limits(1, 1, Decimal(0), 1),
        _K.EXTENSION: Limits(1, 1, Decimal(0), 1),
    },
    Role.MANAGER: {
        _K.ARRANGEMENT: Limits(24, 24, Decimal(0), 6),
        _K.DEFERRAL: Limits(3, 1, Decimal(0), 2),
        _K.EXTENSION: Limits(3, 1, Decimal(0), 2),
        _K.WAIVER: Limits(0, 1, Decimal(0), 3),
        _K.SETTLEMENT: Limits(12, 12, Decimal("0.4"), 2),
    },
}
_OTHERS: Final = {_K.ARRANGEMENT: Limits(3, 4, Decimal(1), 2)}

#: What a second person needs who decides; waivers and settlements cost the lender money.
DECIDE_RIGHTS: Final = {
    _K.ARRANGEMENT: "plan.decide",
    _K.DEFERRAL: "plan.decide",
    _K.EXTENSION: "plan.decide",
    _K.WAIVER: "waiver.decide",
    _K.SETTLEMENT: "waiver.decide",
}


def standard_limits(role: str, kind: str) -> Limits:
    """Returns what a role may agree to where nobody has set it."""
    return STANDARD.get(role, _OTHERS).get(PlanKind(kind), _NEVER)


def limits_of(role: str) -> dict[PlanKind, Limits]:
    """Returns what a role may agree to, by kind of plan. One query."""
    stored = {row.kind: _read(row) for row in PlanPolicy.objects.filter(role=role)}
    return {kind: stored.get(kind, standard_limits(role, kind)) for kind in PlanKind}


def most_in_year(kind: str) -> int:
    """Returns how often in twelve months anybody at all may agree to a kind. One query."""
    stored = {row.role: _read(row) for row in PlanPolicy.objects.filter(kind=kind)}
    found = [
        stored.get(role, standard_limits(role, kind))
        for role in Role
        if DECIDE_RIGHTS[PlanKind(kind)] in rights_of(role)
    ]
    return max((limits.most_in_year for limits in found if limits.is_offered), default=0)


def _read(row: PlanPolicy) -> Limits:
    return Limits(
        row.most_months, row.most_parts, row.least_share, row.most_in_year, row.is_offered
    )


def beyond(
    *,
    terms: Terms,
    limits: Limits,
    standing: Standing,
    granted: int,
    affordable: Decimal | None,
    currency: str,
    language: str,
) -> list[Excess]:
    """Returns the limits that a plan goes beyond, the plainest first.

    Arguments: granted, how many of the kind the loan was granted in the last twelve months;
    affordable, what the last talk found, a month; None where nobody asked.
    """
    if not limits.is_offered:
        return [Excess("role", _("Your role does not agree to this on its own."))]
    found = [
        *_too_long(terms, limits, standing),
        *_too_little(terms, limits, standing, currency, language),
    ]
    if granted >= limits.most_in_year:
        found.append(Excess("year", year_sentence(terms.kind, granted, limits.most_in_year)))
    if affordable is not None and terms.kind in PAID and monthly(terms) > affordable:
        words = {
            "monthly": format_money(monthly(terms), currency, language),
            "affordable": format_money(affordable, currency, language),
        }
        sentence = _("%(monthly)s a month is more than the %(affordable)s that is affordable.")
        found.append(Excess("affordable", sentence % words))
    if terms.kind in MODIFICATIONS:
        found.append(
            Excess("contract", _("It changes the contract: a second person always decides."))
        )
    return found


def year_sentence(kind: str, granted: int, most: int) -> str:
    """Says how often a loan was granted a kind of plan in twelve months, and how often it may."""
    sentence = ngettext(
        "This loan had %(granted)d such plan in the last twelve months (%(kind)s); "
        "at most %(most)d is allowed.",
        "This loan had %(granted)d such plans in the last twelve months (%(kind)s); "
        "at most %(most)d is allowed.",
        granted,
    )
    return sentence % {"granted": granted, "kind": PlanKind(kind).label, "most": most}


def monthly(terms: Terms) -> Decimal:
    """Returns the most that falls within one month of a plan: 28 days from any of its payments."""
    return max((_within_a_month(terms, part.due_on) for part in terms.parts), default=Decimal(0))


def _within_a_month(terms: Terms, first_on: date) -> Decimal:
    near = [part.amount for part in terms.parts if 0 <= (part.due_on - first_on).days < 28]
    return sum(near, Decimal(0))


def _too_long(terms: Terms, limits: Limits, standing: Standing) -> list[Excess]:
    found = []
    months = ngettext(
        "More than %(months)d month needs approval.",
        "More than %(months)d months needs approval.",
        limits.most_months,
    ) % {"months": limits.most_months}
    if terms.kind in MOVING and terms.months > limits.most_months:
        found.append(Excess("months", months))
    if terms.kind in PAID and terms.last_on is not None:
        if terms.last_on > add_periods(standing.today, period=MONTHLY, count=limits.most_months):
            found.append(Excess("months", months))
        if len(terms.parts) > limits.most_parts:
            sentence = ngettext(
                "More than %(parts)d payment needs approval.",
                "More than %(parts)d payments need approval.",
                limits.most_parts,
            )
            found.append(Excess("parts", sentence % {"parts": limits.most_parts}))
    return found


def _too_little(
    terms: Terms, limits: Limits, standing: Standing, currency: str, language: str
) -> list[Excess]:
    whole, paid = {
        PlanKind.ARRANGEMENT: (standing.past_due, terms.total),
        PlanKind.SETTLEMENT: (standing.outstanding, terms.total),
        PlanKind.WAIVER: (standing.late_charges, standing.late_charges - terms.given_up),
    }.get(terms.kind, (Decimal(0), Decimal(0)))
    least = (whole * limits.least_share).quantize(_CENT, rounding=ROUND_CEILING)
    if paid >= least:
        return []
    sentence = _("Less than %(share)s%% of %(whole)s needs approval.")
    words = {
        "share": f"{limits.least_share * 100:.0f}",
        "whole": format_money(whole, currency, language),
    }
    return [Excess("share", sentence % words)]
