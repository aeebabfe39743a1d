"""What a plan would do, before anybody agrees to it: dates, totals, and where the loan would be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import structlog
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from collections_app.plans.flow import MOVING, PlanKind
from collections_app.plans.limits import monthly
from collections_app.plans.modifications import moved_instalments
from collections_app.plans.terms import Standing, Terms
from collections_app.promises.consequence import consequence_of
from collections_app.promises.presentation import outlook_text
from core import clock
from core.money import format_money
from loans.contracts.models import Loan
from loans.contracts.terms import ScheduledInstalment
from loans.delinquency import facts as pure
from loans.delinquency.loading import load_facts
from loans.delinquency.projection import project

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of what would come: a day, and what falls due or was due before."""

    number: int
    on: date
    amount: Decimal
    was_on: date | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the page shows while somebody fills in a plan."""

    rows: tuple[Row, ...] = ()
    total: Decimal | None = None
    sentences: tuple[str, ...] = ()
    problem: str = ""
    beyond: tuple[str, ...] = ()
    is_affordable: bool | None = None


def rows_of(loan: Loan, terms: Terms) -> tuple[Row, ...]:
    """Returns the payments, or the instalments with their days before and after; refusals raise."""
    if terms.kind in MOVING:
        before, after = moved_instalments(loan, kind=terms.kind, months=terms.months)
        return tuple(
            Row(now.number, now.due_on, _sum(now), was_on=was.due_on)
            for was, now in zip(before, after, strict=True)
        )
    return tuple(Row(n, part.due_on, part.amount) for n, part in enumerate(terms.parts, 1))


def _sum(row: ScheduledInstalment) -> Decimal:
    return row.principal + row.interest + row.fee


def consequence_sentences(loan: Loan, terms: Terms, standing: Standing) -> list[str]:
    """Returns what the plan leads to, in words."""
    currency, language = loan.portfolio.currency, get_language() or "en"

    def money(amount: Decimal) -> str:
        return format_money(amount, currency, language)

    if terms.kind == PlanKind.ARRANGEMENT:
        return [
            *_as_if_paid(loan, terms, currency),
            _("It changes how we collect, not the contract: days past due are counted on."),
        ]
    if terms.kind == PlanKind.SETTLEMENT:
        words = {
            "total": money(terms.total),
            "owed": money(standing.outstanding),
            "given_up": money(standing.outstanding - terms.total),
        }
        return [
            _("%(total)s of %(owed)s is paid; the other %(given_up)s is given up then.") % words,
            _("One payment that is not kept ends it: all of it is owed again."),
        ]
    if terms.kind == PlanKind.WAIVER:
        left = standing.late_charges - terms.given_up
        words = {"amount": money(terms.given_up), "left": money(left)}
        return [_("%(amount)s is given up; %(left)s of late charges and fees stays.") % words]
    return _as_if_moved(loan, terms)


def _as_if_paid(loan: Loan, terms: Terms, currency: str) -> list[str]:
    try:
        return [outlook_text(consequence_of(loan=loan, parts=terms.parts), currency)]
    except (ArithmeticError, LookupError, ValueError, TypeError) as error:
        # A loan whose facts contradict each other is set aside; a plan is agreed all the same.
        log.warning("plan_outlook_failed", loan=str(loan.pk), error=repr(error))
        return []


def _as_if_moved(loan: Loan, terms: Terms) -> list[str]:
    try:
        before, after = moved_instalments(loan, kind=terms.kind, months=terms.months)
    except ValidationError:
        return [_("The lender keeps the schedule: its feed will show the new dates.")]
    words = {
        "was": date_format(before[-1].due_on, _("j M Y")),
        "now": date_format(after[-1].due_on, _("j M Y")),
        "next": date_format(after[0].due_on, _("j M Y")),
    }
    found = [
        _("The oldest open instalment is then due %(next)s; the last one %(now)s, not %(was)s.")
        % words
    ]
    days = _days_if(loan, after)
    if days is not None:
        found.append(
            ngettext(
                "The loan is then %(days)d day past due.",
                "The loan is then %(days)d days past due.",
                days,
            )
            % {"days": days}
        )
    return found


def _days_if(loan: Loan, after: list[ScheduledInstalment]) -> int | None:
    """The days past due if the moved schedule held from today on the books."""
    loaded = load_facts([loan.pk])[loan.pk]
    stated = pure.ScheduleStated(
        id=("proposed", 1),
        value_on=loaded.business_date,
        known_at=clock.now(),
        version=32_000,
        instalments=tuple(after),
        origin=pure.ScheduleOrigin.EXTENSION,
    )
    as_if = replace(loaded, facts=[*loaded.facts, stated])
    try:
        position = project(as_if, as_of=loaded.business_date).position
    except (ArithmeticError, LookupError, ValueError, TypeError) as error:
        log.warning("plan_outlook_failed", loan=str(loan.pk), error=repr(error))
        return None
    oldest = position["oldest_unsatisfied_due_on"]
    if oldest is None:
        return 0
    days: int = (loaded.business_date - oldest).days + loan.portfolio.due_day_counts
    return max(days, 0)


def affordable_sentence(terms: Terms, affordable: Decimal | None, currency: str) -> str:
    """Says how the plan stands to what is affordable; empty where nobody asked."""
    if affordable is None or not terms.parts:
        return ""
    language = get_language() or "en"
    words = {
        "monthly": format_money(monthly(terms), currency, language),
        "affordable": format_money(affordable, currency, language),
    }
    if monthly(terms) <= affordable:
        return _("%(monthly)s a month; %(affordable)s is affordable.") % words
    return _("%(monthly)s a month; only %(affordable)s is affordable.") % words
