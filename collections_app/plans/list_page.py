"""The lists of plans: what waits for a decision, what is due, what broke."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access.decorators import requires, signed_in_user
from accounts.approvals.flow import ApprovalStatus
from accounts.models import User
from collections_app.plans.flow import PlanState
from collections_app.plans.models import Plan, PlanInstalment
from collections_app.plans.presentation import mark_of, name_of, summary_of
from collections_app.plans.queries import due_within
from collections_app.promises.models import PromiseState
from core.pages.parts import Tab
from loans.borrowers.presentation import lang_of, shown_name
from loans.portfolios.models import Portfolio

PAGE_SIZE: Final = 50
_SOON: Final = 7


@dataclass(frozen=True, slots=True)
class PlanList:
    """One list: its name, which plans stand in it, and what it says when it is empty."""

    label: str | LazyText
    which: Callable[[QuerySet[Plan]], QuerySet[Plan]]
    empty: str | LazyText


def _in(*states: PlanState) -> Callable[[QuerySet[Plan]], QuerySet[Plan]]:
    return lambda plans: plans.filter(state__in=states)


def _waiting(plans: QuerySet[Plan]) -> QuerySet[Plan]:
    return plans.filter(state=PlanState.PROPOSED, approval__status=ApprovalStatus.PENDING)


LISTS: Final[Mapping[str, PlanList]] = {
    "waiting": PlanList(
        gettext_lazy("Wait for a decision"), _waiting, gettext_lazy("Nobody waits for a decision.")
    ),
    "due": PlanList(
        gettext_lazy("Due this week"),
        lambda plans: due_within(plans, days=_SOON),
        gettext_lazy("No instalment of a plan is due within seven days."),
    ),
    "broken": PlanList(
        pgettext_lazy("plan", "Broken"),
        _in(PlanState.BROKEN),
        gettext_lazy("No plan was broken."),
    ),
    "active": PlanList(
        gettext_lazy("In force"), _in(PlanState.ACTIVE), gettext_lazy("No plan is in force.")
    ),
    "feed": PlanList(
        gettext_lazy("Wait for the feed"),
        _in(PlanState.WAITING_FEED),
        gettext_lazy("No change of a contract waits for the lender's books."),
    ),
    "over": PlanList(
        pgettext_lazy("plan", "Over"),
        _in(
            *(PlanState.COMPLETED, PlanState.APPLIED, PlanState.CANCELLED),
            *(PlanState.REFUSED, PlanState.WITHDRAWN, PlanState.LAPSED),
        ),
        gettext_lazy("No plan has ended yet."),
    ),
}


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One line of a list."""

    href: str
    contract_no: str
    borrower: str
    borrower_lang: str
    kind: str
    summary: str
    mark: str
    state_name: str
    next_on: date | None
    proposer: str
    proposer_lang: str
    proposed_at: datetime


class PlanFilterForm(forms.Form):
    """What narrows the lists; lives in the address. Unknown values are left out."""

    portfolio = forms.ChoiceField(label=gettext_lazy("Portfolio"), required=False)

    def __init__(self, data: Any, *, portfolios: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["portfolio"].choices = [("", _("all")), *portfolios]  # type: ignore[attr-defined]
        self.is_valid()

    def query(self) -> dict[str, str]:
        """The filters as they stand in the address."""
        return {name: value for name, value in self.cleaned_data.items() if value}


@requires("plan.view")
@require_GET
@never_cache
def plan_list(request: HttpRequest) -> HttpResponse:
    """The lists of plans, narrowed by what stands in the address."""
    show = request.GET.get("show", "")
    show = show if show in LISTS else next(iter(LISTS))
    try:
        context = list_context(
            user=signed_in_user(request),
            show=show,
            data=request.GET,
            after=request.GET.get("after", "")[:80],
        )
    except ValueError:
        raise Http404(_("This page of the list does not exist.")) from None
    return TemplateResponse(request, "collections_app/plans/list.html", context)


def list_context(*, user: User, show: str, data: Mapping[str, Any], after: str) -> dict[str, Any]:
    """Returns what the page of the lists is given, in a fixed number of queries.

    Raises ValueError for a page that is not one of ours.
    """
    form = PlanFilterForm(data, portfolios=_portfolios(user))
    plans = Plan.objects.visible_to(user)
    if portfolio := form.cleaned_data.get("portfolio"):
        plans = plans.filter(loan__portfolio=UUID(portfolio))
    rows, next_after = _page(LISTS[show].which(plans), after)
    query = form.query()
    return {
        "lists": [
            Tab(str(one.label), _href(name, query), name == show, one.which(plans).count())
            for name, one in LISTS.items()
        ],
        "form": form,
        "show": show,
        "rows": [_row(plan) for plan in rows],
        "empty": LISTS[show].empty,
        "is_filtered": bool(query),
        "list_href": reverse("plans:list"),
        "shown": ngettext("%(n)s plan on this page", "%(n)s plans on this page", len(rows))
        % {"n": len(rows)},
        "first_href": _href(show, query) if after else "",
        "next_href": _href(show, query | {"after": next_after}) if next_after else "",
    }


def _portfolios(user: User) -> list[tuple[str, str]]:
    rows = Portfolio.objects.visible_to(user).order_by("code").values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows]


def _href(show: str, query: Mapping[str, str]) -> str:
    return f"{reverse('plans:list')}?{urlencode({'show': show, **query})}"


def _page(plans: QuerySet[Plan], after: str) -> tuple[list[Any], str]:
    """One page, the latest proposal first, and the key after which the next one starts."""
    if after:
        moment, _separator, key = after.partition("~")
        at, pk = datetime.fromisoformat(moment), UUID(key)
        plans = plans.filter(Q(proposed_at__lt=at) | Q(proposed_at=at, pk__lt=pk))
    awaited = PlanInstalment.objects.filter(
        plan=OuterRef("pk"), promise__state=PromiseState.OPEN
    ).order_by("number")
    rows = list(
        plans.select_related("loan__portfolio", "party", "approval")
        .annotate(next_on=Subquery(awaited.values("due_on")[:1]))
        .order_by("-proposed_at", "-pk")[: PAGE_SIZE + 1]
    )
    if len(rows) <= PAGE_SIZE:
        return rows, ""
    last = rows[PAGE_SIZE - 1]
    return rows[:PAGE_SIZE], f"{last.proposed_at.isoformat()}~{last.pk}"


def _row(plan: Any) -> PlanRow:
    return PlanRow(
        href=reverse("plans:plan", args=[plan.pk]),
        contract_no=plan.loan.contract_no,
        borrower=shown_name(plan.party),
        borrower_lang=lang_of(plan.party.full_name),
        kind=capfirst(plan.get_kind_display()),
        summary=summary_of(plan),
        mark=mark_of(plan),
        state_name=name_of(plan),
        next_on=plan.next_on,
        proposer=plan.proposed_by,
        proposer_lang=lang_of(plan.proposed_by),
        proposed_at=plan.proposed_at,
    )
