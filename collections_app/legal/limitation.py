"""Until when a debt can be sued for, and a guarantor asked: read for many cases at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.cases.models import Case
from collections_app.legal.flow import Stage
from collections_app.legal.models import ProceedingEvent
from compliance.clocks import guarantee, limitation
from compliance.notices.models import DEMANDS, ServedNotice
from core.calendars import UnknownCalendar, WorkingDays, load
from loans.acceleration.queries import accelerated_on
from loans.contracts.models import LoanParty, PartyRole
from loans.delinquency.models import Instalment, InstalmentKind
from loans.repayments.models import (
    Repayment,
    RepaymentState,
    RepaymentStateChange,
    Reversal,
    ReversibleKind,
)

#: Where the clocks of Chinese law hold, and whose days off count there.
COUNTRY: Final = "CN"
CITATION: Final = "民法典 188, 189, 192, 195; 时效规定 8, 11, 14"
GUARANTEE_CITATION: Final = "民法典 692, 693"
_MAIN_DEBTORS: Final = frozenset({PartyRole.BORROWER, PartyRole.CO_BORROWER})
#: From so many days before its end on, the page says so in a warning.
WARNED_DAYS: Final = 180

#: What begins the period anew, in words.
WORDS: Final[dict[str, Promise]] = {
    "due": _("the last instalment fell due"),
    "called": _("the whole loan was called due"),
    "demand": _("a demand arrived"),
    "filed": _("proceedings were filed"),
    "paid": _("part was paid"),
}


@dataclass(frozen=True, slots=True)
class Limitation:
    """When the period ends, since when it runs, and what began it; the law beside it."""

    ends_on: date
    begun_on: date
    because: str
    is_provisional: bool

    def days_left(self, on: date) -> int:
        """Days from a day to the last one; negative once the period is over."""
        return (self.ends_on - on).days


@dataclass(frozen=True, slots=True)
class GuaranteePeriod:
    """Until when one guarantor must be asked, and the day on which they were, if they were."""

    party_id: UUID
    demand_by: date
    asked_on: date | None


def runs_for(case: Any) -> bool:
    """Says whether the clocks hold for a case, whose portfolio is read along."""
    return bool(case.portfolio.country == COUNTRY)


def limitation_facts(loan: str = "loan") -> Any:
    """What the clocks read of a loan, as one column of a query over cases.

    Arguments: loan is the way from a row of that query to its loan.
    """
    due = (
        Instalment.objects.filter(loan=OuterRef(loan), kind=InstalmentKind.SCHEDULED)
        .order_by()
        .values("loan")
        .annotate(last=Max("due_on"))
    )
    return JSONObject(
        due=Subquery(due.values("last")[:1]),
        called=accelerated_on(loan),
        demand=ArraySubquery(_demands(loan, _MAIN_DEBTORS).values("served_on")),
        asked=ArraySubquery(
            _demands(loan, {PartyRole.GUARANTOR}).values(
                facts=JSONObject(on="served_on", to="party")
            )
        ),
        filed=ArraySubquery(_filed(loan).values("on")),
        paid=Subquery(_paid(loan).order_by("-value_on").values("value_on")[:1]),
        guarantors=ArraySubquery(
            LoanParty.objects.filter(loan=OuterRef(loan), role=PartyRole.GUARANTOR)
            .order_by("pk")
            .values("party")
        ),
    )


def _demands(loan: str, roles: Collection[str]) -> QuerySet[ServedNotice]:
    """Demands that arrived. One on a guarantor alone does not interrupt the main debt's period."""
    signed = LoanParty.objects.filter(
        loan=OuterRef("loan"), party=OuterRef("party"), role__in=roles
    )
    return ServedNotice.objects.filter(
        Exists(signed), loan=OuterRef(loan), kind__in=DEMANDS, withdrawn_at__isnull=True
    ).order_by("served_on")


def _filed(loan: str) -> QuerySet[ProceedingEvent]:
    return ProceedingEvent.objects.filter(
        proceeding__case__loan=OuterRef(loan), stage=Stage.FILED
    ).order_by("on")


def _paid(loan: str) -> QuerySet[Repayment]:
    """Money that settled and stayed: paying a part agrees to the debt (时效规定 14)."""
    changes = RepaymentStateChange.objects.filter(repayment=OuterRef("pk")).order_by(
        "-value_on", "-pk"
    )
    reversed_ = Reversal.objects.filter(
        loan=OuterRef("loan"), of_kind=ReversibleKind.REPAYMENT, of_id=OuterRef("pk")
    )
    return (
        Repayment.objects.filter(loan=OuterRef(loan))
        .alias(stands=Coalesce(Subquery(changes.values("state")[:1]), F("state")))
        .filter(~Exists(reversed_), stands=RepaymentState.SETTLED)
    )


def limitation_of(facts: Mapping[str, Any], working_days: WorkingDays) -> Limitation | None:
    """Returns the limitation of one loan, or None where no schedule says when it falls due."""
    if not facts["due"]:
        return None
    last_due_on, due_on = date.fromisoformat(facts["due"]), main_debt_due_on(facts)
    begun_on, because = due_on, "due" if due_on == last_due_on else "called"
    ends_on = limitation.ends_on(last_due_on, working_days, accelerated_to=due_on)
    seen: list[date] = []
    for on, why in sorted(_events(facts)):
        if due_on < on <= ends_on:
            begun_on, because = on, why
        seen.append(on)
        ends_on = limitation.ends_on(
            last_due_on, working_days, interrupted_on=seen, accelerated_to=due_on
        )
    return Limitation(
        ends_on=ends_on,
        begun_on=begun_on,
        because=because,
        is_provisional=not working_days.knows(ends_on),
    )


def main_debt_due_on(facts: Mapping[str, Any]) -> date:
    """When the debt is due as a whole: with its last instalment, or called due before.

    Raises KeyError or TypeError where no schedule says when the last instalment falls due.
    """
    last = date.fromisoformat(facts["due"])
    return min(last, date.fromisoformat(facts["called"])) if facts.get("called") else last


def _events(facts: Mapping[str, Any]) -> Iterable[tuple[date, str]]:
    if facts["paid"]:
        yield date.fromisoformat(facts["paid"]), "paid"
    for why in ("filed", "demand"):
        for on in facts[why] or ():
            yield date.fromisoformat(on), why


def guarantees_of(facts: Mapping[str, Any], working_days: WorkingDays) -> list[GuaranteePeriod]:
    """Returns for each guarantor until when they must be asked, and whether they were in time."""
    if not facts["due"]:
        return []
    due_on = main_debt_due_on(facts)
    by = guarantee.demand_by(due_on, working_days)
    return [
        GuaranteePeriod(
            party_id=UUID(str(party)),
            demand_by=by,
            asked_on=min(
                (
                    date.fromisoformat(row["on"])
                    for row in facts["asked"] or ()
                    if row["to"] == str(party) and due_on <= date.fromisoformat(row["on"]) <= by
                ),
                default=None,
            ),
        )
        for party in facts["guarantors"] or ()
    ]


def with_limitation(cases: QuerySet[Case]) -> Any:
    """Adds `limitation_facts` to cases; no query of its own."""
    return cases.annotate(limitation_facts=limitation_facts())


def chinese_days() -> WorkingDays:
    """Returns the working days of China. One small query.

    Raises ValidationError where the installation has no such calendar: a day that was counted
    without holidays would be a wrong one.
    """
    try:
        return load(COUNTRY)
    except UnknownCalendar:
        raise ValidationError(
            gettext("The holiday calendar of China is missing: fill it first.")
        ) from None


def days_for_pages() -> WorkingDays | None:
    """Returns the working days of China, or None without its calendar."""
    try:
        return load(COUNTRY)
    except UnknownCalendar:
        return None
