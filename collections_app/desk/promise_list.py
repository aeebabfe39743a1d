"""The lists of promises: which are due, broken, on their way, kept, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.desk.people import lang_of, shown_name
from collections_app.desk.promise_record import PROMISE_MARKS
from collections_app.promises.asking import asked_promises
from collections_app.promises.models import Promise, PromiseState
from collections_app.promises.queries import method_name
from collections_app.promises.records import TakerRecord, taker_records
from core import clock
from core.pages.parts import Tab
from loans.portfolios.models import Portfolio

PAGE_SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class PromiseList:
    """One list: its name, which promises stand in it, and what it says when it is empty."""

    label: str | LazyText
    which: Q
    empty: str | LazyText
    latest_first: bool = False


_OPEN = Q(state=PromiseState.OPEN, is_awaiting=False)
_HAS_COME = Q(due_on__lte=F("loan__portfolio__business_date"))
LISTS: Final[Mapping[str, PromiseList]] = {
    "due": PromiseList(
        pgettext_lazy("promise", "Due"),
        _OPEN & _HAS_COME,
        gettext_lazy("No promise is due on the books."),
    ),
    "broken": PromiseList(
        pgettext_lazy("promise", "Broken"),
        Q(state__in=[PromiseState.BROKEN, PromiseState.PARTIAL]),
        gettext_lazy("No promise was broken."),
        latest_first=True,
    ),
    "awaiting": PromiseList(
        pgettext_lazy("promise", "Awaiting settlement"),
        Q(is_awaiting=True),
        gettext_lazy("No pending money waits to keep a promise."),
    ),
    "coming": PromiseList(
        gettext_lazy("Coming"), _OPEN & ~_HAS_COME, gettext_lazy("Nothing is promised for later.")
    ),
    "kept": PromiseList(
        pgettext_lazy("promise", "Kept"),
        Q(state=PromiseState.KEPT),
        gettext_lazy("No promise was kept."),
        latest_first=True,
    ),
    "taken_back": PromiseList(
        gettext_lazy("Taken back"),
        Q(state=PromiseState.CANCELLED),
        gettext_lazy("No promise was taken back."),
        latest_first=True,
    ),
}


class PromiseFilterForm(forms.Form):
    """What narrows the lists; lives in the address. Unknown values are left out."""

    portfolio = forms.ChoiceField(label=gettext_lazy("Portfolio"), required=False)
    taker = forms.ChoiceField(label=gettext_lazy("Taken by"), required=False)
    days = forms.ChoiceField(
        label=pgettext_lazy("promise", "Due"),
        required=False,
        choices=[
            ("30", gettext_lazy("in the last 30 days or later")),
            ("90", gettext_lazy("in the last 90 days or later")),
            ("365", gettext_lazy("in the last year or later")),
        ],
    )

    def __init__(
        self,
        data: Any,
        *,
        portfolios: list[tuple[str, str]],
        takers: list[tuple[str, str]],
    ) -> None:
        super().__init__(data)
        self.fields["portfolio"].choices = [("", _("all")), *portfolios]  # type: ignore[attr-defined]
        self.fields["taker"].choices = [("", _("anybody")), *takers]  # type: ignore[attr-defined]
        self.is_valid()

    def chosen(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "")

    def query(self) -> dict[str, str]:
        """The filters as they stand in the address."""
        return {name: value for name in self.fields if (value := self.chosen(name))}


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One line of a list."""

    case_href: str
    contract_no: str
    borrower: str
    borrower_lang: str
    amount: Decimal
    currency: str
    due_on: date
    deadline_on: date | None
    received_amount: Decimal
    pending_amount: Decimal
    method: str
    mark: str
    state_name: str
    taken_by: str
    taken_by_lang: str


def list_context(*, user: User, show: str, data: Mapping[str, Any], after: str) -> dict[str, Any]:
    """Returns what the page of the lists is given; at most ten queries.

    Raises ValueError for a page that is not one of ours.
    """
    visible = Promise.objects.visible_to(user)
    form = PromiseFilterForm(data, portfolios=_portfolios(user), takers=_takers(visible))
    chosen = narrowed(visible, form)
    rows, next_after = _page(chosen, LISTS[show], after, user)
    here = reverse("desk:promises")
    query = form.query()
    return {
        "lists": _tabs(chosen, show, query),
        "asked_count": asked_promises(user).pending().count(),
        "asked_href": reverse("desk:asked_promises"),
        "form": form,
        "show": show,
        "rows": [_row(promise) for promise in rows],
        "records": [_record(found) for found in taker_records(chosen)],
        "empty": LISTS[show].empty,
        "is_filtered": bool(query.keys() - {"days"}),
        "list_href": here,
        "shown": ngettext("%(n)s promise on this page", "%(n)s promises on this page", len(rows))
        % {"n": len(rows)},
        "first_href": _href(show, query) if after else "",
        "next_href": _href(show, query | {"after": next_after}) if next_after else "",
    }


def narrowed(promises: QuerySet[Promise], form: PromiseFilterForm) -> QuerySet[Promise]:
    """Returns the promises that the filters leave."""
    days = int(form.chosen("days") or 30)
    promises = promises.filter(due_on__gte=clock.now().date() - timedelta(days=days))
    if portfolio := form.chosen("portfolio"):
        promises = promises.filter(loan__portfolio=UUID(portfolio))
    if taker := form.chosen("taker"):
        promises = promises.filter(taken_by_id=taker)
    return promises


def _portfolios(user: User) -> list[tuple[str, str]]:
    rows = Portfolio.objects.visible_to(user).order_by("code").values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows]


def _takers(promises: QuerySet[Promise]) -> list[tuple[str, str]]:
    rows = promises.exclude(taken_by_id="").order_by().values_list("taken_by_id", "taken_by")
    return sorted(dict(rows.distinct()).items(), key=lambda row: row[1])


def _tabs(chosen: QuerySet[Promise], show: str, query: dict[str, str]) -> list[Tab]:
    counts = chosen.aggregate(
        **{name: Count("pk", filter=one.which) for name, one in LISTS.items()}
    )
    return [
        Tab(str(one.label), _href(name, query), name == show, counts[name])
        for name, one in LISTS.items()
    ]


def _href(show: str, query: Mapping[str, str]) -> str:
    return f"{reverse('desk:promises')}?{urlencode({'show': show, **query})}"


def _page(
    chosen: QuerySet[Promise], which: PromiseList, after: str, user: User
) -> tuple[list[Any], str]:
    """One page of a list by the promised day, and the key after which the next one starts."""
    sign, side = ("-", "lt") if which.latest_first else ("", "gt")
    rows = chosen.filter(which.which).order_by(f"{sign}due_on", f"{sign}pk")
    if after:
        day, _separator, key = after.partition("~")
        on, pk = date.fromisoformat(day), UUID(key)
        rows = rows.filter(Q(**{f"due_on__{side}": on}) | Q(**{"due_on": on, f"pk__{side}": pk}))
    cases = Case.objects.visible_to(user).filter(loan=OuterRef("loan")).order_by("-opened_on")
    shown = list(
        rows.select_related("loan__portfolio", "party").annotate(
            case_pk=Subquery(cases.values("pk")[:1])
        )[: PAGE_SIZE + 1]
    )
    if len(shown) <= PAGE_SIZE:
        return shown, ""
    last = shown[PAGE_SIZE - 1]
    return shown[:PAGE_SIZE], f"{last.due_on.isoformat()}~{last.pk}"


def _row(promise: Any) -> PromiseRow:
    return PromiseRow(
        case_href=reverse("desk:case", args=[promise.case_pk]) if promise.case_pk else "",
        contract_no=promise.loan.contract_no,
        borrower=shown_name(promise.party),
        borrower_lang=lang_of(promise.party.full_name),
        amount=promise.amount,
        currency=promise.loan.portfolio.currency,
        due_on=promise.due_on,
        deadline_on=promise.deadline_on,
        received_amount=promise.received_amount,
        pending_amount=promise.pending_amount,
        method=method_name(promise.method),
        mark="uncertain" if promise.is_awaiting else PROMISE_MARKS[PromiseState(promise.state)],
        state_name=state_name(promise),
        taken_by=promise.taken_by,
        taken_by_lang=lang_of(promise.taken_by),
    )


def _record(found: TakerRecord) -> dict[str, Any]:
    return {
        "taker": found.taker,
        "taker_lang": lang_of(found.taker),
        "kept": found.kept,
        "judged": found.judged,
        "kept_rate": _percent(found.kept_rate),
        "promised_amount": found.promised_amount,
        "kept_amount": found.kept_amount,
        "kept_money_rate": _percent(found.kept_money_rate),
        "currency": found.currency,
    }


def _percent(rate: Decimal | None) -> str:
    return "–" if rate is None else f"{rate:.1%}"


def state_name(promise: Promise) -> str:
    """Returns how a promise stands, in the words of its lists."""
    if promise.is_awaiting:
        return _("awaiting settlement")
    if promise.replaced_by_id is not None:
        return _("replaced by another")
    return str(PromiseState(promise.state).label)
