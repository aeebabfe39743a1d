"""Days that a served notice leaves the debtor, in the United States and in Great Britain.

Nothing is sued for, called due or taken before they are over, so they stand on the docket of a case
with a legal file. Only what a text that was read says: limitation differs by state and contract,
and no clock of it is kept for these places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case, NextStep
from collections_app.legal.deadline_services import close_on_case, open_on_case
from collections_app.legal.deadlines import Due
from collections_app.legal.flow import OF_NOTICES, DeadlineKind, Whose
from collections_app.legal.letter_models import DemandLetter
from collections_app.legal.models import LegalDeadline, Proceeding
from compliance.clocks import default_notice, right_to_cure, validation
from compliance.notices.models import NoticeKind, ServedNotice
from core import clock
from core.audit.actors import Actor
from core.calendars import UnknownCalendar, WorkingDays, load

#: No notice runs longer, so older ones are not looked at.
_LONGEST: Final = timedelta(days=400)
#: A state whose law was read -> the article; another one's days come with the notice itself.
_CURE_ARTICLES: Final = {"WI": "Wis. Stat. 425.105", "CO": "C.R.S. 5-5-110"}

_Found = tuple[date, str] | None


def _cure(notice: ServedNotice, state: str, federal: WorkingDays | None) -> _Found:
    if notice.days is None and state not in _CURE_ARTICLES:
        return None
    try:
        until = right_to_cure.cure_until(
            notice.served_on, state if state in _CURE_ARTICLES else "", notice.days
        )
    except ValueError:  # it grants less than its state: that is for counsel, not for a clock
        return None
    return until, _CURE_ARTICLES.get(state, "")


def _remedy(notice: ServedNotice, state: str, federal: WorkingDays | None) -> _Found:
    last = default_notice.enforcement_from(notice.served_on) - timedelta(days=1)
    named = notice.served_on + timedelta(days=notice.days or 0)
    return max(last, named), "Consumer Credit Act 1974 ss.87(1), 88(2)"


def _validation(notice: ServedNotice, state: str, federal: WorkingDays | None) -> _Found:
    if federal is None:
        return None
    received_on = validation.assumed_receipt_on(notice.served_on, federal)
    named = received_on + timedelta(days=notice.days or 0)
    return max(validation.period_ends_on(received_on), named), "12 CFR 1006.34(b)(5)"


_Count = Callable[[ServedNotice, str, WorkingDays | None], _Found]
#: kind of notice -> country, the day it leaves, and how that is counted
_CLOCKS: Final[dict[str, tuple[str, DeadlineKind, _Count]]] = {
    NoticeKind.RIGHT_TO_CURE: ("US", DeadlineKind.CURE, _cure),
    NoticeKind.VALIDATION: ("US", DeadlineKind.VALIDATION, _validation),
    NoticeKind.DEFAULT_NOTICE_UK: ("GB", DeadlineKind.REMEDY, _remedy),
}


def days_of_notices(case: Case, federal: WorkingDays | None) -> Iterator[Due]:
    """Yields the day that each notice in force about the loan of a case leaves the debtor.

    Arguments: `federal` the working days of the United States; None where no such calendar is
    kept, and then no validation period is counted.
    """
    notices = ServedNotice.objects.filter(
        loan=case.loan_id, kind__in=_CLOCKS, withdrawn_at__isnull=True
    )
    for notice in notices.order_by("served_on", "pk"):
        country, kind, count = _CLOCKS[notice.kind]
        if case.portfolio.country != country:
            continue
        found = count(notice, case.loan.region.removeprefix("US-"), federal)
        if found is not None:
            due_on, citation = found
            yield Due(
                code=kind.value,
                due_on=due_on,
                starts_on=notice.served_on,
                whose=Whose.DEBTOR.value,
                citation=citation,
            )


def watch_notices(*, by: Actor, limit: int = 2000) -> int:
    """Puts the days that notices leave on the docket of cases with a legal file, and takes off
    those that are over or whose notice was withdrawn. Returns how many cases it looked at. Safe to
    repeat.
    """
    federal = _federal_days()
    cases = list(_watched()[:limit])
    for case in cases:
        _keep(case, federal, by)
    return len(cases)


@transaction.atomic
def _keep(case: Case, federal: WorkingDays | None, by: Actor) -> None:
    """The last day of each kind stands; the debtor's time is over, not missed, the day after."""
    today = clock.local_today(case.portfolio.time_zone)
    is_open = case.state == CaseState.OPEN
    found = list(days_of_notices(case, federal)) if is_open else []
    for kind in OF_NOTICES:
        dues = [due for due in found if due.code == kind]
        last = max(dues, key=lambda due: due.due_on, default=None)
        if last is not None and last.due_on >= today:
            open_on_case(case=case, due=last, by=by)
        else:
            close_on_case(case=case, code=kind, met=last is not None, by=by)


def _watched() -> Any:
    since = clock.now().date() - _LONGEST
    notices = ServedNotice.objects.filter(
        loan=OuterRef("loan"), kind__in=_CLOCKS, withdrawn_at__isnull=True, served_on__gte=since
    )
    shown = LegalDeadline.objects.open().filter(
        case=OuterRef("pk"), proceeding=None, code__in=OF_NOTICES
    )
    files = (
        Q(next_step=NextStep.LEGAL)
        | Q(Exists(Proceeding.objects.filter(case=OuterRef("pk"))))
        | Q(Exists(DemandLetter.objects.filter(case=OuterRef("pk"))))
    )
    wanted = Q(Exists(notices), state=CaseState.OPEN) & files
    return (
        Case.objects.filter(portfolio__country__in=("US", "GB"))
        .filter(wanted | Exists(shown))
        .select_related("portfolio", "loan")
        .order_by("pk")
    )


def _federal_days() -> WorkingDays | None:
    try:
        return load("US")
    except UnknownCalendar:
        return None
