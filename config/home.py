"""The first page: wherever the person's role works."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from accounts.access.decorators import SIGNED_IN, declare_right, signed_in_user
from accounts.access.rights import Role
from config.navigation import frame
from config.setup.steps import is_set_up

#: Role -> the URL name of the page its day begins with. Every other role comes to the first page
#: that its rights offer.
FIRST_PAGES: Final[dict[str, str]] = {
    Role.FIELD_AGENT: "desk:field_day",
    Role.LEGAL_OFFICER: "legal:docket",
    Role.MANAGER: "reporting:dashboard",
    Role.COMPLIANCE_OFFICER: "oversight:week",
}


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Sends everybody to where their role's day begins, and an administrator to the set-up until a
    day is closed.
    """
    role = getattr(request.user, "role", "")
    if role in FIRST_PAGES:
        return redirect(FIRST_PAGES[role])
    if role == Role.ADMINISTRATOR and not is_set_up(signed_in_user(request)):
        return redirect("setup:checklist")
    items = frame(request)["navigation"]
    return redirect(items[0].href if items else "preferences")


declare_right(home, SIGNED_IN)
