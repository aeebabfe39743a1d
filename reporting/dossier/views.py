"""The page of dossiers of one person: ask for one, see those made, take one's own, once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.cases.models import Case
from loans.borrowers.presentation import lang_of, shown_name
from reporting.dossier.forms import AskForm
from reporting.dossier.models import Dossier
from reporting.dossier.queries import dossiers_of
from reporting.dossier.services import ask_for, take


@requires("dossier.make")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def dossiers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks for a dossier of a case's borrower, and lists those there are."""
    user = signed_in_user(request)
    case = _case(user, pk)
    bound = request.POST if request.method == "POST" else None
    form = AskForm(bound, language="zh-hans" if _is_chinese() else "en")
    if form.is_bound and form.is_valid() and _asked(case, form, user):
        messages.success(request, _("Asked for. It is ready here in a moment."))
        return redirect(request.path)
    context = _context(case, form, user)
    return TemplateResponse(
        request,
        "reporting/dossier/dossiers.html",
        context,
        status=422 if form.is_bound else 200,
    )


def _asked(case: Case, form: AskForm, user: User) -> bool:
    """Asks for it; what refuses goes on the form."""
    try:
        ask_for(case=case, user=user, **form.cleaned_data)
    except ValidationError as refused:
        form.add_error(None, refused)
    return not form.errors


@requires("dossier.make")
@require_POST
def take_dossier(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hands a dossier over to who asked for it: once."""
    user = signed_in_user(request)
    dossier = get_object_or_404(Dossier.objects.visible_to(user), pk=pk)
    try:
        name, data = take(dossier=dossier, user=user)
    except ValidationError as refused:
        case = _case(user, dossier.case_id)
        context = _context(case, AskForm(), user) | {"refusal": " ".join(refused.messages)}
        return TemplateResponse(request, "reporting/dossier/dossiers.html", context, status=409)
    response = HttpResponse(data, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _case(user: User, pk: UUID) -> Case:
    cases = Case.objects.visible_to(user).select_related("loan", "portfolio", "borrower")
    return get_object_or_404(cases, pk=pk)


def _context(case: Case, form: AskForm, user: User) -> dict[str, Any]:
    name = shown_name(case.borrower)
    rows = dossiers_of(party=case.borrower, user=user)
    return {
        "case_href": reverse("desk:case", args=[case.pk]),
        "contract_no": case.loan.contract_no,
        "borrower": {"name": name, "lang": lang_of(name)},
        "form": form,
        "rows": rows,
        "is_being_made": any(row.mark == "running" for row in rows),
        "refresh_href": reverse("dossier:case", args=[case.pk]),
    }


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")
