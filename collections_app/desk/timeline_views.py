"""The timeline of a case: its part of the page, and the view of it that is made to be printed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access.decorators import requires, signed_in_user
from collections_app.cases.models import Case
from collections_app.desk.case_page import CaseMaterial, gather, timeline_sources
from collections_app.desk.case_row import case_for
from collections_app.desk.people import lang_of, shown_name
from collections_app.desk.timeline import (
    FILTERS,
    PAGE_SIZE,
    PRINTED,
    TimelinePage,
    printed_context,
    timeline_context,
    timeline_page,
)
from core import clock


@requires("case.view")
@require_GET
@never_cache
def timeline(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that happened, on a page of its own that prints well; masked as everywhere."""
    user = signed_in_user(request)
    try:
        case = case_for(user, pk)
    except Case.DoesNotExist:
        raise Http404 from None
    material = gather(case, user)
    show, after = _asked(request)
    context = {
        "case": {"contract_no": case.loan.contract_no},
        "borrower": {"name": shown_name(case.borrower), "lang": lang_of(case.borrower.full_name)},
        "back_href": reverse("desk:case", args=[case.pk]),
        "printed_by": user.get_full_name(),
        "printed_at": clock.now().astimezone(material.zone),
        **printed_context(
            case,
            _page(material, show, after, PRINTED),
            show,
            is_first=not after,
            zone=material.zone,
        ),
    }
    return TemplateResponse(request, "collections_app/desk/timeline.html", context)


def timeline_part(request: HttpRequest, material: CaseMaterial) -> dict[str, Any]:
    """What the case page shows of the timeline, as the address asks for it."""
    show, after = _asked(request)
    page = _page(material, show, after, PAGE_SIZE)
    return timeline_context(material.case, page, show, is_first=not after, zone=material.zone)


def _asked(request: HttpRequest) -> tuple[str, str]:
    show = request.GET.get("show", "all")
    return show if show in FILTERS else "all", request.GET.get("before", "")[:200]


def _page(material: CaseMaterial, show: str, after: str, size: int) -> TimelinePage:
    try:
        return timeline_page(sources=timeline_sources(material), show=show, after=after, size=size)
    except ValueError:
        raise Http404(_("This page of the timeline does not exist.")) from None
