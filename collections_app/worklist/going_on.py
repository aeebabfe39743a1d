"""On to the next person, from whatever page somebody is done with one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.protection.queries import pause_at_hand
from collections_app.protection.services import end_pause
from collections_app.worklist.leases import (
    Claim,
    Nothing,
    claim_next,
)
from core import clock
from core.audit.actors import Actor
from core.htmx import redirect_whole_page


def go_on(request: HttpRequest, user: User) -> HttpResponse:
    """Claims the next person for who is done with one; leads to them, or to why there is none."""
    pause = pause_at_hand(agent=user, at=clock.now())
    if pause is not None and pause.until is not None:
        # Whoever asks for the next person is back.
        end_pause(pause=pause, by=Actor.of(user))
    found = claim_next(agent=user)
    if isinstance(found, Nothing):
        if found.corrected:
            messages.info(request, _corrected_text(found))
        return _see(request, reverse("worklist:nothing"))
    if found.is_same:
        messages.warning(
            request,
            _(
                "Nothing has come of this person yet. Save an outcome or a next step,"
                " or skip them with a reason; then the next one comes."
            ),
        )
    return _see(request, _case_href(found))


def _corrected_text(found: Nothing) -> str:
    return _(
        "People who looked workable were not, and were corrected (%(number)d). Press Next again."
    ) % {"number": found.corrected}


def _case_href(found: Claim) -> str:
    return reverse("desk:case", args=[found.case.pk])


def _see(request: HttpRequest, href: str) -> HttpResponse:
    if getattr(request, "htmx", None):
        return redirect_whole_page(request, href)
    return HttpResponseRedirect(href, status=303)
