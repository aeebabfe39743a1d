"""People, loans and portfolios under a stop."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access.decorators import requires, signed_in_user
from compliance.oversight.forms import StopFilterForm
from compliance.oversight.measures import Kind
from compliance.oversight.pages import frame, known, listed, portfolios_of
from compliance.oversight.stop_queries import StopFilters, counts_by_kind, stops_of
from compliance.stops.models import StopKind
from core.pages.parts import Tab


@requires("stop.view")
@require_GET
@never_cache
def stop_list(request: HttpRequest) -> HttpResponse:
    """Stops in force, or ended lately, by kind: of whom, since when, until what, by whom."""
    user = signed_in_user(request)
    form = known(StopFilterForm(request.GET, portfolios=portfolios_of(request)))
    filters = form.filters()
    here = reverse("oversight:stops")
    context = {
        **frame(request, "oversight:stops"),
        **listed(
            request,
            kind=Kind.STOP,
            rows=stops_of(user=user, filters=filters),
            at="over_at" if filters.is_ended else "starts_at",
            address=f"{here}?{filters.query_string()}",
        ),
        "lists": [
            Tab(_("In force"), _href(filters, show="force", days=""), not filters.is_ended),
            Tab(_("Ended lately"), _href(filters, show="ended"), filters.is_ended),
        ],
        "kinds": _kinds(filters, counts_by_kind(user=user, filters=filters)),
        "filter_form": form,
        "is_ended": filters.is_ended,
        "is_filtered": filters.is_narrowed,
        "list_href": here,
    }
    return TemplateResponse(request, "compliance/oversight/stops.html", context)


def _kinds(filters: StopFilters, counts: list[tuple[str, int]]) -> list[Tab]:
    total = sum(n for _kind, n in counts)
    return [
        Tab(_("All"), _href(filters, kind=""), not filters.kind, total),
        *(
            Tab(StopKind(kind).label, _href(filters, kind=kind), kind == filters.kind, n)
            for kind, n in counts
        ),
    ]


def _href(filters: StopFilters, **changes: str) -> str:
    return f"{reverse('oversight:stops')}?{filters.query_string(**changes)}"
