"""The docket: what is due, the matters by stage, and what was handed over; filters in the URL."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, OuterRef, Q, Subquery
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.legal.flow import ProceedingKind, Stage
from collections_app.legal.forms import DocketFilterForm
from collections_app.legal.letter_models import STANDING
from collections_app.legal.limitation import (
    WARNED_DAYS,
    days_for_pages,
    limitation_facts,
    limitation_of,
    runs_for,
)
from collections_app.legal.models import LegalDeadline, Proceeding
from collections_app.legal.queries import (
    cost_totals,
    deadlines_seen,
    due_within,
    handed_over,
    letters_seen,
    proceedings_seen,
)
from collections_app.legal.wording import (
    THRESHOLDS,
    case_file_href,
    days_left,
    deadline_line,
    letter_line,
    proceeding_row,
)
from core import clock
from core.audit.actors import Actor
from loans.borrowers.presentation import lang_of, shown_name
from loans.portfolios.models import Portfolio

PAGE_SIZE: Final = 50
#: How many days the strip above the matters names; the rest is one view away.
STRIP: Final = 8

#: view -> its word
VIEWS: Final[dict[str, Promise]] = {
    "due": pgettext_lazy("deadline", "Due"),
    "matters": gettext_lazy("Matters"),
    "letters": gettext_lazy("Letters on their way"),
    "handed": pgettext_lazy("a case", "Handed over"),
    "ended": gettext_lazy("Ended"),
}
#: within -> its word and the last day it shows, counted from today; None: no end.
SPANS: Final[dict[str, tuple[Promise, int | None]]] = {
    "over": (gettext_lazy("overdue"), -1),
    "1": (gettext_lazy("1 day"), 1),
    "3": (gettext_lazy("3 days"), 3),
    "7": (gettext_lazy("7 days"), 7),
    "14": (gettext_lazy("14 days"), 14),
    "": (gettext_lazy("all"), None),
}


@dataclass(frozen=True, slots=True)
class DocketFilter:
    """One selection of the docket."""

    show: str = "due"
    within: str = "14"
    whose: str = "mine"
    kind: str = ""
    strength: str = ""
    portfolio: str = ""
    stage: str = ""

    def href(self, **changes: str) -> str:
        """Returns the address of the docket with this selection, changed in some parts."""
        kept = {**asdict(self), **changes}
        return f"{reverse('legal:docket')}?{urlencode(kept)}"


def read_filter(params: QueryDict, user: User) -> DocketFilter:
    """Reads the filters of the URL; what is not one of ours is left out, not an error."""
    usual = "mine" if has_right(user, "legal.work") else "all"

    def known(name: str, allowed: Any, otherwise: str) -> str:
        value = params.get(name, otherwise)
        return value if value in allowed else otherwise

    return DocketFilter(
        show=known("show", VIEWS, "due"),
        within=known("within", SPANS, "14"),
        whose=known("whose", ("mine", "all"), usual),
        kind=known("kind", ("", *ProceedingKind.values), ""),
        strength=known("strength", ("", "hard", "soft"), ""),
        portfolio=params.get("portfolio", "")[:40],
        stage=known("stage", ("", *Stage.values), ""),
    )


@dataclass(frozen=True, slots=True)
class Selection:
    """What a selection of the docket reads: days due, matters, letters, and cases handed over."""

    chosen: DocketFilter
    due: Any
    matters: Any
    letters: Any
    waiting: Any


def select(user: User, chosen: DocketFilter) -> Selection:
    """Returns the rows that one may see and chose, as queries not yet run."""
    waiting = handed_over(user)
    if chosen.portfolio:
        waiting = waiting.filter(portfolio__code=chosen.portfolio)
    return Selection(
        chosen=chosen,
        due=_due(user, chosen),
        matters=_matters(user, chosen),
        letters=_letters(user, chosen),
        waiting=waiting,
    )


def docket_context(*, user: User, chosen: DocketFilter, page: int = 1) -> dict[str, Any]:
    """Returns the context of the page; a fixed number of queries for each view."""
    selection = select(user, chosen)
    due, matters = selection.due, selection.matters
    form = DocketFilterForm(
        initial={"kind": chosen.kind, "strength": chosen.strength, "portfolio": chosen.portfolio}
    )
    form.offer(
        list(Portfolio.objects.visible_to(user).order_by("name").values_list("code", "name"))
    )
    rows, more = rows_of(selection, start=(page - 1) * PAGE_SIZE, size=PAGE_SIZE)
    return {
        "views": _views(selection),
        "spans": _spans(chosen, due),
        "show": chosen.show,
        "rows": rows,
        "stages": _stages(chosen, matters),
        "urgent": _urgent(due),
        "filter_form": form,
        "chosen": asdict(chosen),
        "is_filtered": bool(chosen.kind or chosen.strength or chosen.portfolio or chosen.stage),
        "whose_tabs": [
            {"label": label, "href": chosen.href(whose=whose), "is_current": chosen.whose == whose}
            for whose, label in (("mine", _("Mine")), ("all", _("All")))
        ],
        "list_href": reverse("legal:docket"),
        "print_href": f"{reverse('legal:docket_print')}?{urlencode(asdict(chosen))}",
        "clear_href": chosen.href(kind="", strength="", portfolio="", stage=""),
        "as_of": clock.local_now(user.time_zone),
        "next_href": f"{chosen.href()}&page={page + 1}" if more else "",
        "first_href": chosen.href() if page > 1 else "",
        "shown": _("%(number)d shown") % {"number": len(rows)},
    }


def _due(user: User, chosen: DocketFilter) -> Any:
    rows = deadlines_seen(user)
    if chosen.whose == "mine":
        mine = Q(proceeding__owner=user) | Q(proceeding__isnull=True, case__assignee=user)
        mine |= Q(proceeding__isnull=True, case__proceedings__owner=user)
        rows = rows.filter(pk__in=LegalDeadline.objects.open().filter(mine).order_by().values("pk"))
    if chosen.kind:
        rows = rows.filter(proceeding__kind=chosen.kind)
    if chosen.strength:
        rows = rows.filter(is_hard=chosen.strength == "hard")
    if chosen.portfolio:
        rows = rows.filter(case__portfolio__code=chosen.portfolio)
    return rows


def _matters(user: User, chosen: DocketFilter) -> Any:
    rows = proceedings_seen(user)
    if chosen.whose == "mine":
        rows = rows.filter(owner=user)
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    if chosen.portfolio:
        rows = rows.filter(case__portfolio__code=chosen.portfolio)
    return rows


def _letters(user: User, chosen: DocketFilter) -> Any:
    """Letters that wait for somebody: to be approved, posted, or heard of from the courier."""
    rows = letters_seen(user).filter(state__in=STANDING)
    if chosen.whose == "mine":
        label = Actor.of(user).label
        rows = rows.filter(Q(approval__requested_by=user) | Q(drawn_by=label))
    if chosen.portfolio:
        rows = rows.filter(case__portfolio__code=chosen.portfolio)
    return rows


def rows_of(selection: Selection, *, start: int, size: int) -> tuple[list[Any], bool]:
    """Returns the rows of the view that was chosen, and whether more follow."""
    chosen, matters = selection.chosen, selection.matters
    window = slice(start, start + size + 1)
    if chosen.show == "due":
        rows = list(_within(selection.due, chosen.within).order_by("due_on", "pk")[window])
        found: list[Any] = [_due_row(row) for row in rows[:size]]
    elif chosen.show == "letters":
        rows = list(selection.letters.order_by("number")[window])
        found = [letter_line(row, today_of(row.case)) for row in rows[:size]]
    elif chosen.show == "handed":
        rows = list(selection.waiting.annotate(facts=limitation_facts())[window])
        found = _waiting_rows(rows[:size])
    else:
        narrowed = (
            matters.filter(stage=Stage.ENDED) if chosen.show == "ended" else matters.running()
        )
        if chosen.stage and chosen.show == "matters":
            narrowed = narrowed.filter(stage=chosen.stage)
        next_due = LegalDeadline.objects.open().filter(proceeding=OuterRef("pk"))
        with_next = narrowed.annotate(
            next_due_on=Subquery(next_due.order_by("due_on").values("due_on")[:1]),
            facts=limitation_facts("case__loan"),
        )
        rows = list(with_next.order_by("-number")[window])
        found = _matter_rows(rows[:size])
    return found, len(rows) > size


def _within(due: Any, within: str) -> Any:
    last = SPANS[within][1]
    return due if last is None else due.filter(due_within(last))


def today_of(case: Case) -> date:
    """Returns the day where a case is: a day that is due there is over when it is over there."""
    return clock.local_today(case.portfolio.time_zone)


def _due_row(row: LegalDeadline) -> dict[str, Any]:
    owner = row.proceeding.owner if row.proceeding else row.case.assignee
    return {
        "line": deadline_line(row, today_of(row.case)),
        "borrower": shown_name(row.case.borrower),
        "lang": lang_of(row.case.borrower.full_name),
        "contract_no": row.case.loan.contract_no,
        "file_href": case_file_href(row.case),
        "owner": owner.get_full_name() if owner else "",
        "owner_lang": lang_of(owner.get_full_name()) if owner else "",
    }


def _matter_rows(rows: list[Proceeding]) -> list[dict[str, Any]]:
    costs = cost_totals(rows)
    days = days_for_pages() if any(runs_for(row.case) for row in rows) else None
    return [
        {
            **proceeding_row(row, today := today_of(row.case)),
            "borrower": shown_name(row.case.borrower),
            "lang": lang_of(row.case.borrower.full_name),
            "contract_no": row.case.loan.contract_no,
            "currency": row.case.portfolio.currency,
            "cost_amount": costs.get(row.pk),
            "next_due_on": row.next_due_on,  # type: ignore[attr-defined]
            "next_left": days_left((row.next_due_on - today).days)  # type: ignore[attr-defined]
            if row.next_due_on  # type: ignore[attr-defined]
            else "",
            **_limitation(row, row.case, days, today),
            "is_late": bool(row.next_due_on and row.next_due_on < today),  # type: ignore[attr-defined]
        }
        for row in rows
    ]


def _waiting_rows(rows: list[Any]) -> list[dict[str, Any]]:
    days = days_for_pages() if any(runs_for(row) for row in rows) else None
    found = []
    for row in rows:
        found.append(
            {
                "contract_no": row.loan.contract_no,
                "borrower": shown_name(row.borrower),
                "lang": lang_of(row.borrower.full_name),
                "file_href": case_file_href(row),
                "portfolio": row.portfolio.name,
                "portfolio_lang": lang_of(row.portfolio.name),
                "since": row.next_step_at,
                **_limitation(row, row, days, today_of(row)),
            }
        )
    return found


def _limitation(row: Any, case: Any, days: Any, today: date) -> dict[str, Any]:
    """When the debt's limitation ends, where the clocks hold."""
    period = limitation_of(row.facts, days) if days is not None and runs_for(case) else None
    if period is None:
        return {"ends_on": None, "ends_left": "", "ends_soon": False}
    left = period.days_left(today)
    return {
        "ends_on": period.ends_on,
        "ends_left": days_left(left),
        "ends_soon": left <= WARNED_DAYS,
    }


def _views(selection: Selection) -> list[dict[str, Any]]:
    chosen = selection.chosen
    counts = selection.matters.aggregate(
        matters=Count("pk", filter=~Q(stage=Stage.ENDED)),
        ended=Count("pk", filter=Q(stage=Stage.ENDED)),
    )
    numbers = {
        **counts,
        "due": selection.due.count(),
        "letters": selection.letters.count(),
        "handed": selection.waiting.count(),
    }
    return [
        {
            "label": label,
            "count": numbers[key],
            "href": chosen.href(show=key),
            "is_current": chosen.show == key,
        }
        for key, label in VIEWS.items()
    ]


def _spans(chosen: DocketFilter, due: Any) -> list[dict[str, Any]]:
    counts = due.aggregate(
        **{
            f"in_{key or 'all'}": Count(
                "pk",
                filter=Q() if last is None else due_within(last),
            )
            for key, (_word, last) in SPANS.items()
        }
    )
    return [
        {
            "label": word,
            "count": counts[f"in_{key or 'all'}"],
            "href": chosen.href(show="due", within=key),
            "is_current": chosen.show == "due" and chosen.within == key,
        }
        for key, (word, _last) in SPANS.items()
    ]


def _stages(chosen: DocketFilter, matters: Any) -> list[dict[str, Any]]:
    """How many matters stand at which stage; one query."""
    counts = Counter(
        dict(
            matters.running()
            .order_by()
            .values_list("stage")
            .annotate(number=Count("pk", distinct=True))
        )
    )
    return [
        {
            "label": stage.label,
            "count": counts[stage.value],
            "href": chosen.href(show="matters", stage=stage.value),
            "is_current": chosen.show == "matters" and chosen.stage == stage.value,
        }
        for stage in Stage
        if counts[stage.value]
    ]


def _urgent(due: Any) -> dict[str, Any]:
    """Hard days that are near or over, for the strip on top."""
    near = due_within(THRESHOLDS[1])
    rows = list(due.filter(near, is_hard=True).order_by("due_on", "pk")[: STRIP + 1])
    return {
        "lines": [deadline_line(row, today_of(row.case)) for row in rows[:STRIP]],
        "has_more": len(rows) > STRIP,
        "days": THRESHOLDS[1],
    }
