"""The page of a talk about hardship: asked and noted by whoever has the person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access.decorators import has_right, requires, signed_in_user
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.contacts.models import Contact
from collections_app.desk.after_saving import call_led_from, href_after, next_after, remember
from collections_app.desk.attempt_log import note_of
from collections_app.desk.holding import held_line, write_form
from collections_app.desk.people import lang_of, shown_name
from collections_app.hardship.flow import affordable
from collections_app.hardship.forms import TalkForm
from collections_app.hardship.queries import budget_of, latest_talk
from collections_app.hardship.services import record_talk
from collections_app.hardship.views import case_of_talk, month_of
from core.audit.actors import Actor


@requires("plan.propose")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def talk(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks why and what a month looks like; saved, it leads on to the plans or to the next person.

    Opened by the result of a call (`call`), it goes on with what was said there.
    """
    user = signed_in_user(request)
    case = case_of_talk(user, pk)
    call = call_led_from(asked=request.GET.get("call", ""), case=case, agent=user)
    form = TalkForm(request.POST or None, case=case, **_said_in(call))
    if request.method != "POST" or not form.is_valid():
        return _page(request, case, form, call)
    answer, status = write_form(
        request,
        form,
        scope="hardship",
        case=case,
        user=user,
        write=lambda: _save(case, form, user),
    )
    if answer is None:
        return _page(request, case, form, call, status=status)
    return redirect(_after(request, case, form, call))


def _said_in(call: Contact | None) -> dict[str, Any]:
    """What the call has answered already."""
    if call is None:
        return {}
    return {
        "reason": call.answers.get("why_late", ""),
        "person": call.attempt.party_id,
        "begins_with": "net_income",
    }


def _after(request: HttpRequest, case: Case, form: TalkForm, call: Contact | None) -> str:
    """To the plans while the person is on the line; to the next person where that was asked for."""
    user = signed_in_user(request)
    if request.POST.get("then") == "next" and has_right(user, "worklist.claim"):
        found = next_after(agent=user, token=form.cleaned_data["token"])
        if isinstance(found, Case):
            if call is None:
                messages.success(request, _("Noted. The next person is here."))
                return reverse("desk:case", args=[found.pk])
            remember(request, call)
            return href_after(found, str(call.pk))
        messages.success(request, _("Noted."))
        messages.info(request, found)
        return reverse("desk:case", args=[case.pk])
    messages.success(request, _("Noted. Choose what can be agreed."))
    return reverse("desk:propose_plan", args=[case.pk])


def _save(case: Case, form: TalkForm, user: User) -> str:
    data = form.cleaned_data
    saved = record_talk(
        case=case,
        party=data["who"],
        reason=data["reason"],
        budget=form.budget(),
        note=data["note"],
        review_on=data["review_on"],
        is_looked_at=data["is_looked_at"],
        by=Actor.of(user),
    )
    return str(saved.pk)


def _page(
    request: HttpRequest, case: Case, form: TalkForm, call: Contact | None, *, status: int = 422
) -> HttpResponse:
    user = signed_in_user(request)
    context = {
        "case_href": reverse("desk:case", args=[case.pk]),
        "contract_no": case.loan.contract_no,
        "borrower": {"name": shown_name(case.borrower), "lang": lang_of(case.borrower.full_name)},
        "form": form,
        "affordable_href": reverse("hardship:affordable", args=[case.pk]),
        "currency": case.portfolio.currency,
        "affordable": month_of(form),
        "last": _last(case),
        "said": _said(call),
        "may_go_on": has_right(user, "worklist.claim"),
        **held_line(form, case=case, user=user),
    }
    status = status if form.is_bound else 200
    template = "collections_app/hardship/talk.html"
    return TemplateResponse(request, template, context, status=status)


def _said(call: Contact | None) -> dict[str, str] | None:
    """What the agent noted of the call, in the person's own words."""
    words = note_of(call, call.attempt.party) if call is not None else ""
    return {"text": words, "lang": lang_of(words)} if words else None


def _last(case: Case) -> dict[str, Any] | None:
    found = latest_talk(case)
    budget = budget_of(found) if found else None
    if found is None or budget is None:
        return None
    return {
        "said_at": found.said_at,
        "reason": found.get_reason_display(),
        "amount": affordable(budget),
        "made_by": found.made_by,
        "made_by_lang": lang_of(found.made_by),
    }
