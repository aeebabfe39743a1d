"""The agent's pages: the list of cases, a case, and a call on it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import has_right, requires, signed_in_user
from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.contacts.models import ResultCode
from collections_app.contacts.queries import number_being_called, phones_of, result_of
from collections_app.contacts.services import (
    log_call as log_started_call,
)
from collections_app.contacts.services import (
    log_inbound_call,
    log_unsanctioned_call,
)
from collections_app.contacts.services import (
    start_call as start,
)
from collections_app.desk.buckets import buckets_by_scheme
from collections_app.desk.case_page import (
    call_decisions,
    case_context,
    case_for,
    started_call,
    zone_of,
)
from collections_app.desk.case_page import (
    call_verdict as verdict_of,
)
from collections_app.desk.forms import CaseFilterForm, UnstartedCallForm, WrapupForm
from collections_app.desk.my_cases import ORDERS, bucket_counts, case_page, open_cases
from collections_app.desk.timeline import FILTERS, PAGE_SIZE, timeline
from compliance.attempts.models import Attempt
from compliance.attempts.services import ContactRefused
from core import clock
from core.htmx import redirect_whole_page
from core.idempotency import KeyReused, fingerprint_of, once
from core.ids import uuid7


@requires("case.view")
@require_GET
@never_cache
def my_cases(request: HttpRequest) -> HttpResponse:
    """The open cases of the person who asks, by bucket, contract number and order."""
    user = signed_in_user(request)
    form = CaseFilterForm(request.GET)
    filters = form.cleaned_data if form.is_valid() else {"q": "", "order": ""}
    bucket = request.GET.get("bucket", "")[:20]
    order = filters["order"] or next(iter(ORDERS))
    counts = bucket_counts(user)
    cases = open_cases(user=user, bucket=bucket, search=filters["q"])
    try:
        page = case_page(cases=cases, order=order, after=request.GET.get("after", ""))
    except (ValueError, ArithmeticError):
        raise Http404(_("This page of the list does not exist.")) from None
    query = {"bucket": bucket, "q": filters["q"], "order": filters["order"]}
    everyone = sum(counts.values())
    return TemplateResponse(
        request,
        "collections_app/desk/my_cases.html",
        {
            "heading": _("Cases") if sees_more_than_own(user) else _("My cases"),
            "summary": _("%(number)d open") % {"number": everyone},
            "as_of": clock.local_now(user.time_zone),
            "buckets": _bucket_tabs(counts, query),
            "bucket": bucket,
            "filter_form": form,
            "list_href": reverse("desk:my_cases"),
            "is_filtered": bool(bucket or filters["q"]),
            "rows": page.rows,
            "total": everyone,
            "shown": _("%(shown)d of %(total)d") % {"shown": len(page.rows), "total": page.total},
            "first_href": _href(query) if request.GET.get("after") else "",
            "next_href": _href({**query, "after": page.next_after}) if page.next_after else "",
            "has_ever_had_cases": everyone > 0 or Case.objects.visible_to(user).exists(),
            "search_text": filters["q"],
        },
    )


@requires("case.view")
@require_GET
@never_cache
def case(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One case: who, how much, may I call, what happened, and the logger."""
    return _case_page(request, _scoped_case(request, pk))


@requires("case.view")
@require_GET
@never_cache
def call_verdict(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The verdict bar alone, asked for again at the instant it flips."""
    case = _scoped_case(request, pk)
    context = {"call_verdict": verdict_of(case, call_decisions(case, clock.now()))}
    return TemplateResponse(request, "collections_app/desk/case_head.html#verdict", context)


@requires("contact.record")
@require_POST
def start_call(request: HttpRequest, pk: UUID, contact_point_pk: UUID) -> HttpResponse:
    """Reserves a call; the page then shows the number and waits for the result."""
    case = _scoped_case(request, pk)
    contact_point = get_object_or_404(phones_of(case), pk=contact_point_pk)
    if started_call(case, signed_in_user(request)) is None:
        try:
            start(case=case, contact_point=contact_point, agent=signed_in_user(request))
        except ContactRefused:
            messages.error(request, _("The call was not started: see why below."))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
    return redirect(f"{reverse('desk:case', args=[case.pk])}#log")


@requires("contact.record")
@require_POST
def log_call(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Logs the call that was started, or one that came about otherwise; the same entry once."""
    case = _scoped_case(request, pk)
    entry = {name: request.POST[name] for name in request.POST if name != "csrfmiddlewaretoken"}
    try:
        answer = once(
            scope=f"log_call:{signed_in_user(request).pk}",
            key=request.POST.get("token", "")[:64],
            fingerprint=fingerprint_of({"case": str(case.pk), "entry": entry}),
            run=lambda: _log(request, case),
        )
    except EntryRefused as refusal:
        return _case_page(request, case, refusal.form, status=422)
    except KeyReused:
        form = _logger_form(case, started_call(case, signed_in_user(request)), request.POST)
        form.full_clean()
        form.add_error(None, _("This entry was saved before, in other words; see the timeline."))
        return _case_page(request, case, form, status=422)
    saved = _("Saved: %(result)s.") % {"result": _label(result_of(answer.result))}
    messages.success(request, saved)
    return redirect_whole_page(request, reverse("desk:case", args=[case.pk]))


class EntryRefused(Exception):
    """The entry cannot be saved; its form says why. Nothing was written."""

    def __init__(self, form: WrapupForm) -> None:
        super().__init__("The entry was refused.")
        self.form = form


def _log(request: HttpRequest, case: Case) -> int:
    """Checks and saves the entry; returns its result code. Raises EntryRefused."""
    attempt = started_call(case, signed_in_user(request))
    form = _logger_form(case, attempt, request.POST)
    if not form.is_valid():
        raise EntryRefused(form)
    try:
        _save(request, case, attempt, form)
    except ValidationError as refusal:
        form.add_service_errors(
            refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
        )
        raise EntryRefused(form) from refusal
    return int(form.cleaned_data["result"].pk)


def _save(request: HttpRequest, case: Case, attempt: Attempt | None, form: Any) -> None:
    common = {"case": case, "wrapup": form.wrapup(), "agent": signed_in_user(request)}
    if attempt is not None:
        log_started_call(**common, attempt=attempt)
        return
    how = {
        "contact_point": form.cleaned_data["contact_point"],
        "at": form.cleaned_data["made_at"],
    }
    if form.is_inbound:
        log_inbound_call(**common, **how)
    else:
        log_unsanctioned_call(**common, **how, reason=form.cleaned_data["reason"])


def _scoped_case(request: HttpRequest, pk: UUID) -> Case:
    try:
        return case_for(signed_in_user(request), pk)
    except Case.DoesNotExist:
        raise Http404 from None


def _case_page(
    request: HttpRequest, case: Case, form: WrapupForm | None = None, status: int = 200
) -> HttpResponse:
    show = request.GET.get("show", "all")
    context = {
        **case_context(case, signed_in_user(request)),
        **_timeline_context(request, case, show),
        **_logger_context(request, case, form),
    }
    template = "collections_app/desk/case.html"
    target = request.htmx.target if request.htmx else ""  # type: ignore[attr-defined]
    if target == "timeline" and form is None:
        template += "#timeline"
    elif target == "log":
        template += "#logger"
    return TemplateResponse(request, template, context, status=status)


def _logger_form(case: Case, attempt: Attempt | None, data: Any = None) -> WrapupForm:
    kind = WrapupForm if attempt is not None else UnstartedCallForm
    return kind(data, case=case, initial={"token": str(uuid7())})


def _logger_context(request: HttpRequest, case: Case, form: WrapupForm | None) -> dict[str, Any]:
    if case.state != CaseState.OPEN or not has_right(request.user, "contact.record"):
        refusal = (
            "" if case.state != CaseState.OPEN else _("Your role reads cases but logs no calls.")
        )
        return {"log_form": None, "log_refusal": refusal}
    attempt = started_call(case, signed_in_user(request))
    form = form or _logger_form(case, attempt)
    return {
        "log_form": form,
        "log_href": reverse("desk:log_call", args=[case.pk]),
        "open_call": _open_call(request, case, attempt) if attempt else None,
        **_result_choices(form),
    }


def _open_call(request: HttpRequest, case: Case, attempt: Attempt) -> dict[str, Any]:
    return {
        "number": number_being_called(attempt=attempt, agent=signed_in_user(request)),
        "started_at": attempt.at.astimezone(zone_of(case)),
    }


def _result_choices(form: WrapupForm) -> dict[str, Any]:
    """The results with a key, and the rarer ones that stand behind "more"."""
    chosen = str(form["result"].value() or "")
    codes = form.fields["result"].queryset  # type: ignore[attr-defined]
    choices = [_choice(row, chosen) for row in codes]
    rarer = [choice for choice in choices if not choice["digit"]]
    return {
        "result_codes": [choice for choice in choices if choice["digit"]],
        "more_result_codes": rarer,
        "more_is_open": any(choice["is_chosen"] for choice in rarer),
    }


def _choice(row: ResultCode, chosen: str) -> dict[str, Any]:
    return {
        "value": row.pk,
        "label": _label(row),
        "digit": row.digit or "",
        "is_chosen": str(row.pk) == chosen,
    }


def _label(row: ResultCode) -> str:
    """The result in the reader's language."""
    return row.name_zh if (get_language() or "").startswith("zh") else row.name


def _timeline_context(request: HttpRequest, case: Case, show: str) -> dict[str, Any]:
    events = timeline(case=case, zone=zone_of(case), show=show)
    href = reverse("desk:case", args=[case.pk])
    size = len(events) if request.GET.get("timeline") == "whole" else PAGE_SIZE
    more = len(events) - size
    labels = {"all": _("All"), "contact": _("Contact"), "money": _("Money")}
    return {
        "timeline": events[:size],
        "timeline_filters": [
            {
                "label": labels[key],
                "href": f"{href}?{urlencode({'show': key})}",
                "is_current": key == show or (key == "all" and show not in FILTERS),
            }
            for key in FILTERS
        ],
        "timeline_more": _("%(number)d more") % {"number": more} if more > 0 else "",
        "timeline_more_href": f"{href}?{urlencode({'show': show, 'timeline': 'whole'})}"
        if more > 0
        else "",
    }


def sees_more_than_own(user: User) -> bool:
    """Whether the list holds other people's cases too."""
    return has_right(user, "case.view_all") or has_right(user, "case.view_team")


def _bucket_tabs(counts: dict[str, int], query: dict[str, str]) -> list[dict[str, Any]]:
    def tab(label: str, code: str, number: int) -> dict[str, Any]:
        return {
            "label": label,
            "count": number,
            "href": _href({**query, "bucket": code}),
            "is_current": query["bucket"] == code,
        }

    severity = {bucket.code: bucket.severity for bucket in buckets_by_scheme().values()}
    codes = sorted(counts, key=lambda code: (severity.get(code, 0), code))
    return [
        tab(_("All"), "", sum(counts.values())),
        *(tab(code, code, counts[code]) for code in codes),
    ]


def _href(query: dict[str, str]) -> str:
    kept = {key: value for key, value in query.items() if value}
    return reverse("desk:my_cases") + (f"?{urlencode(kept)}" if kept else "")
