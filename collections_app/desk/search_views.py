"""The search page: one field for every number and name."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access.decorators import has_right, requires, signed_in_user
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.desk.search import look_up, only_exact_loan
from collections_app.desk.search_results import ResultGroup, address_of, groups_of
from collections_app.desk.search_terms import tidy, ways_of
from collections_app.desk.search_trail import SearchedTooOften, note_search
from core import clock
from loans.contracts.models import Loan

TEMPLATE = "collections_app/desk/search.html"


@requires("loan.view")
@require_GET
@never_cache
def search(request: HttpRequest) -> HttpResponse:
    """Loans and cases by any number or name; the one that an exact number names opens at once."""
    user = signed_in_user(request)
    text = tidy(request.GET.get("q", ""))
    if named := _named_by_id(user, text):
        return redirect(named)
    ways = ways_of(text)
    try:
        note_search(user=user, ways=ways)
    except SearchedTooOften as refusal:
        return _page(request, text, [], too_often=refusal)
    found = look_up(user=user, text=text, ways=ways) if ways else {}
    if (loan_id := only_exact_loan(found)) is not None:
        return redirect(address_of(user=user, loan_id=loan_id))
    return _page(request, text, groups_of(user=user, text=text, found=found))


def _page(
    request: HttpRequest,
    text: str,
    groups: list[ResultGroup],
    too_often: SearchedTooOften | None = None,
) -> HttpResponse:
    context = {
        "search_text": text,
        "groups": groups,
        "is_too_short": bool(text) and not ways_of(text),
        "refusal": "",
    }
    if too_often:
        context["refusal"] = too_often_text(too_often, signed_in_user(request))
    response = TemplateResponse(request, TEMPLATE, context, status=429 if too_often else 200)
    if too_often:
        wait = max(1, int((too_often.again_at - clock.now()).total_seconds()))
        response["Retry-After"] = str(wait)
    return response


def too_often_text(refusal: SearchedTooOften, user: User) -> str:
    """Returns why a search by four digits was refused, and until when."""
    again_at = refusal.again_at.astimezone(clock.zone_of(user.time_zone))
    return _(
        "You have searched by four digits very often in the last hour. Search by the whole "
        "number, or wait until %(time)s."
    ) % {"time": f"{again_at:%H:%M}"}


def _named_by_id(user: User, text: str) -> str:
    """The page of a case or loan whose number in an address was pasted."""
    try:
        pk = UUID(text)
    except ValueError:
        return ""
    case = Case.objects.visible_to(user).filter(pk=pk).first()
    if case is not None and has_right(user, "case.view"):
        return reverse("desk:case", args=[case.pk])
    loan = Loan.objects.visible_to(user).filter(pk=pk).first()
    return address_of(user=user, loan_id=loan.pk) if loan else ""
