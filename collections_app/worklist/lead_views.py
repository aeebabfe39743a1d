"""What a lead sees of claiming: who has whom now, who skipped whom and why; and taking over."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.worklist.flow import EndedBy
from collections_app.worklist.forms import TakeOverForm
from collections_app.worklist.lease_models import Lease
from collections_app.worklist.leases import Held, take_over
from collections_app.worklist.skips import note_of
from collections_app.worklist.wording import reason_lines
from core import clock
from loans.borrowers.presentation import lang_of, shown_name

#: Skips of a day beyond this many are not a list any more; the newest are shown.
_MOST = 200


@requires("worklist.lead")
@require_safe
@never_cache
def skips(request: HttpRequest) -> HttpResponse:
    """Who has whom at this moment, and the skips of a day: who, whom, why."""
    user = signed_in_user(request)
    on = _day(request.GET.get("on", ""), user)
    chosen = request.GET.get("agent", "")[:40]
    rows = _skips_of(user, on)
    agents = sorted({(str(row.agent_id), row.agent.get_full_name()) for row in rows})
    shown = [row for row in rows if chosen in ("", str(row.agent_id))]
    context: dict[str, Any] = {
        "on": on,
        "before_href": _href(on - timedelta(days=1), chosen),
        "after_href": _href(on + timedelta(days=1), chosen) if on < _today(user) else "",
        "agents": [
            {"label": name, "href": _href(on, pk), "is_current": pk == chosen, "count": None}
            for pk, name in [("", _("everybody")), *agents]
        ],
        "skips": [_skip_row(row, user) for row in shown],
        "leases": [_lease_row(row, user) for row in _live(user)],
        "points_href": reverse("worklist:points"),
        "as_of": clock.local_now(user.time_zone),
    }
    return TemplateResponse(request, "collections_app/worklist/skips.html", context)


@requires("worklist.lead")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def take_person_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks why, ends the agent's lease and gives the person to the lead."""
    user = signed_in_user(request)
    lease = get_object_or_404(_in_scope(user), pk=pk)
    form = TakeOverForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                take_over(lead=user, lease=lease, reason=form.cleaned_data["reason"])
            except (ValidationError, Held) as refusal:
                form.add_error(None, _refusal(refusal))
                status = 409
            else:
                messages.success(request, _("The person is with you now."))
                href = reverse("desk:case", args=[lease.case_id])
                return HttpResponseRedirect(href, status=303)
    context = {
        "form": form,
        "holder": lease.agent.get_full_name(),
        "borrower": {"name": shown_name(lease.party), "lang": lang_of(lease.party.full_name)},
        "contract_no": lease.case.loan.contract_no,
        "back_href": reverse("worklist:skips"),
    }
    return TemplateResponse(
        request, "collections_app/worklist/take_over.html", context, status=status
    )


def _refusal(refusal: ValidationError | Held) -> Any:
    if isinstance(refusal, ValidationError):
        return refusal
    return _("%(name)s has this person now.") % {"name": refusal.by.get_full_name()}


def _in_scope(user: User) -> QuerySet[Lease]:
    """Leases of the lead's people, of cases the lead sees; everything a row shows is read along."""
    return (
        Lease.objects.visible_to(user)
        .filter(case__in=Case.objects.visible_to(user))
        .select_related("agent", "case__loan", "case__portfolio", "party__data_key")
    )


def _live(user: User) -> list[Lease]:
    return list(_in_scope(user).live(clock.now()).order_by("agent__full_name", "pk"))  # type: ignore[attr-defined]


def _skips_of(user: User, on: date) -> list[Lease]:
    zone = clock.zone_of(user.time_zone)
    begins = datetime.combine(on, time(0), tzinfo=zone)
    ends = datetime.combine(on + timedelta(days=1), time(0), tzinfo=zone)
    found = _in_scope(user).filter(
        ended_because=EndedBy.SKIPPED, ended_at__gte=begins, ended_at__lt=ends
    )
    return list(found.order_by("-ended_at")[:_MOST])


def _skip_row(lease: Lease, user: User) -> dict[str, Any]:
    assert lease.ended_at is not None  # skipped
    note = note_of(lease)
    return _row(lease) | {
        "at": lease.ended_at.astimezone(clock.zone_of(user.time_zone)),
        "reason": lease.get_skip_reason_display(),
        "note": note,
        "note_lang": lang_of(note),
        "why": [line.text for line in reason_lines(lease)][:2],
    }


def _lease_row(lease: Lease, user: User) -> dict[str, Any]:
    zone = clock.zone_of(user.time_zone)
    is_own = lease.agent_id == user.pk
    return _row(lease) | {
        "since": lease.taken_at.astimezone(zone),
        "until": lease.expires_at.astimezone(zone),
        "how": lease.get_taken_by_display(),
        "take_over_href": "" if is_own else reverse("worklist:take_over", args=[lease.pk]),
    }


def _row(lease: Lease) -> dict[str, Any]:
    return {
        "agent": lease.agent.get_full_name(),
        "borrower": shown_name(lease.party),
        "lang": lang_of(lease.party.full_name),
        "contract_no": lease.case.loan.contract_no,
        "href": reverse("desk:case", args=[lease.case_id]),
    }


def _today(user: User) -> date:
    return clock.local_today(user.time_zone)


def _day(text: str, user: User) -> date:
    """The day asked for; today for anything that is none."""
    try:
        return min(date.fromisoformat(text), _today(user))
    except ValueError:
        return _today(user)


def _href(on: date, agent: str) -> str:
    return f"{reverse('worklist:skips')}?on={on.isoformat()}" + (f"&agent={agent}" if agent else "")
