"""The pages about one callback: whose case, when it is, the next open moment, a form about it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.models import User
from collections_app.callbacks.forms import RescheduleForm, ScheduleForm
from collections_app.callbacks.models import Callback
from collections_app.callbacks.presentation import callback_row, moment_text
from collections_app.cases.models import Case
from core import clock
from loans.borrowers.presentation import lang_of, shown_name


def said_when(callback: Callback) -> str:
    """Says when a callback is, on its own clock."""
    local = callback.local_time
    return moment_text(local, clock.now().astimezone(local.tzinfo))


def case_facts(case: Case) -> dict[str, Any]:
    """Returns whose case a page is about."""
    return {
        "case_href": reverse("desk:case", args=[case.pk]),
        "contract_no": case.loan.contract_no,
        "borrower": {"name": shown_name(case.borrower), "lang": lang_of(case.borrower.full_name)},
    }


def callback_facts(callback: Callback, user: User) -> dict[str, Any]:
    """Returns whose callback a page is about, and its row."""
    row = callback_row(callback, user, clock.now())
    return {
        "case_href": row.case_href,
        "contract_no": row.contract_no,
        "borrower": {"name": row.borrower, "lang": row.lang},
        "callback": row,
    }


def nearest_offer(form: ScheduleForm | RescheduleForm) -> dict[str, Any]:
    """Returns the next moment that is open, as a value for the form and as a sentence."""
    if form.nearest is None:
        return {}
    return {
        "nearest": f"{form.nearest:%Y-%m-%d %H:%M}",
        "nearest_text": moment_text(form.nearest, clock.now().astimezone(form.nearest.tzinfo)),
    }


def answer(
    request: HttpRequest, page: str, form: Any, context: dict[str, Any], *, status: int = 422
) -> HttpResponse:
    """Shows a form about a callback; `status` is that of one that was refused."""
    status = status if form.is_bound else 200
    template = f"collections_app/callbacks/{page}.html"
    return TemplateResponse(request, template, {"form": form, **context}, status=status)
