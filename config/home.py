"""The first page: wherever the person's role works."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from accounts.access.decorators import SIGNED_IN, declare_right, signed_in_user
from accounts.access.rights import Role
from config.navigation import frame
from config.setup.steps import is_set_up


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Sends a manager to the dashboard, a compliance officer to the week, and an administrator to
    the set-up until a day is closed.

    Everybody else comes to the first page their rights offer.
    """
    if getattr(request.user, "role", "") == Role.MANAGER:
        return redirect("reporting:dashboard")
    if getattr(request.user, "role", "") == Role.COMPLIANCE_OFFICER:
        return redirect("oversight:week")
    if getattr(request.user, "role", "") == Role.ADMINISTRATOR and not is_set_up(
        signed_in_user(request)
    ):
        return redirect("setup:checklist")
    items = frame(request)["navigation"]
    return redirect(items[0].href if items else "preferences")


declare_right(home, SIGNED_IN)
