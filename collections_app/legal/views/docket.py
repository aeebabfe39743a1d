"""The docket in the browser."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access.decorators import requires, signed_in_user
from collections_app.legal.docket_page import docket_context, read_filter
from collections_app.legal.docket_print import print_context

_LAST_PAGE = 1000


@requires("legal.view")
@require_GET
@never_cache
def docket(request: HttpRequest) -> HttpResponse:
    """What is due, the matters by stage, and what was handed over to legal."""
    user = signed_in_user(request)
    asked = request.GET.get("page", "1")
    page = int(asked) if asked.isdecimal() and 0 < int(asked) <= _LAST_PAGE else 1
    context = docket_context(user=user, chosen=read_filter(request.GET, user), page=page)
    return TemplateResponse(request, "collections_app/legal/docket.html", context)


@requires("legal.view")
@require_GET
@never_cache
def printed(request: HttpRequest) -> HttpResponse:
    """The docket as it is selected, on one long page that is made to be printed."""
    user = signed_in_user(request)
    context = print_context(user=user, chosen=read_filter(request.GET, user))
    return TemplateResponse(request, "collections_app/legal/docket_print.html", context)
