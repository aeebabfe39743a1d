"""Putting several visits on one field agent's day. Without scripts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.visits.day_page import (
    chosen_in,
    chosen_visits,
    day_context,
    outlined,
    plans_in,
)
from collections_app.visits.day_services import Outcome, plan_several
from collections_app.visits.forms import DayForm
from collections_app.visits.list_page import VisitFilter
from core.audit.actors import Actor

_TEMPLATE = "collections_app/visits/day.html"


@requires("visit.plan")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def day(request: HttpRequest) -> HttpResponse:
    """Shows the day that the chosen visits make; a POST puts them on it, each for itself."""
    user = signed_in_user(request)
    if request.method == "POST":
        return _put_on_the_day(request, user)
    chosen = chosen_in(request.GET)
    form = DayForm(request.GET if "visit_on" in request.GET else None, user=user)
    outline = outlined(user=user, form=form, chosen=chosen) if form.is_bound else None
    context = day_context(user=user, form=form, chosen=chosen, outline=outline)
    status = 422 if form.is_bound and form.errors else 200
    return TemplateResponse(request, _TEMPLATE, context, status=status)


def _put_on_the_day(request: HttpRequest, user: User) -> HttpResponse:
    chosen, form = chosen_in(request.POST), DayForm(request.POST, user=user)
    visits = chosen_visits(user, chosen)
    if not form.is_valid() or not visits:
        if not visits:
            form.add_error(None, _("Choose at least one visit."))
        context = day_context(user=user, form=form, chosen=chosen)
        return TemplateResponse(request, _TEMPLATE, context, status=422)
    plans, wrong = plans_in(request.POST, form=form, visits=visits)
    done = plan_several(plans=plans, by=Actor.of(user))
    if done.planned:
        messages.success(request, _told(done))
    if not done.refused and not wrong:
        return redirect(_route_href(form))
    left = [*wrong, *done.refused]
    context = day_context(
        user=user, form=form, chosen=[visit.pk for visit, _why in left], refused=left
    )
    return TemplateResponse(request, _TEMPLATE, context, status=409)


def _told(done: Outcome) -> str:
    count = len(done.planned)
    told = ngettext("%(count)d visit planned.", "%(count)d visits planned.", count)
    sent = sum(visit.notice_message_id is not None for visit in done.planned)
    notices = ngettext("%(sent)d notice goes out.", "%(sent)d notices go out.", sent)
    parts = [told % {"count": count}, notices % {"sent": sent} if sent else ""]
    return " ".join(filter(None, parts))


def _route_href(form: DayForm) -> str:
    on = form.cleaned_data["visit_on"].isoformat()
    agent = str(form.cleaned_data["agent"].pk)
    return VisitFilter(show="planned", agent=agent, first=on, last=on).href()
