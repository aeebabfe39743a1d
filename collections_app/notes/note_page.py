"""The pages about the notes of a case: which case, where its notes stand, a form about one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.models import User
from collections_app.cases.models import Case
from loans.borrowers.presentation import lang_of, shown_name


def scoped_case(user: User, pk: UUID) -> Case:
    """Returns the case of a page about its notes; 404 outside of what the reader sees."""
    seen = Case.objects.visible_to(user)
    return get_object_or_404(seen.select_related("loan", "portfolio", "borrower"), pk=pk)


def notes_href(case: Case) -> str:
    """Where the notes of a case stand."""
    return f"{reverse('desk:case', args=[case.pk])}#notes"


def note_page(
    request: HttpRequest, page: str, form: Any, case: Case, *, status: int = 422, **more: Any
) -> HttpResponse:
    """Shows a form about a note; `status` is that of one that was refused."""
    context = {
        "form": form,
        "case_href": notes_href(case),
        "contract_no": case.loan.contract_no,
        "borrower": {"name": shown_name(case.borrower), "lang": lang_of(case.borrower.full_name)},
        **more,
    }
    status = status if form.is_bound else 200
    template = f"collections_app/notes/{page}.html"
    return TemplateResponse(request, template, context, status=status)
