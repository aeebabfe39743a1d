"""The one thing done from the panel itself: leaving a person in peace for a week."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access.decorators import requires, signed_in_user
from collections_app.cases.models import Case
from collections_app.relationship.panel import HOLD_DAYS
from compliance.stops.services import hold
from core import clock
from core.audit.actors import Actor


@requires("hold.manage")
@require_POST
def hold_contact(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Holds all contact with the borrower of a case, through the end of the day a week from now."""
    user = signed_in_user(request)
    cases = Case.objects.visible_to(user).select_related("borrower", "portfolio")
    case = get_object_or_404(cases, pk=pk)
    zone = clock.zone_of(case.portfolio.time_zone)
    day = clock.now().astimezone(zone) + timedelta(days=HOLD_DAYS)
    # The same end however often the button is pressed that day: then it is the same hold.
    until = day.replace(hour=23, minute=59, second=0, microsecond=0)
    try:
        hold(
            party=case.borrower,
            until=until,
            reason=_("the relationship is hot"),
            by=Actor.of(user),
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(
            request,
            _("Nobody contacts this person before %(day)s.") % {"day": date_format(until, "j M Y")},
        )
    return redirect("desk:case", pk=case.pk)
