"""`/metrics`, for Prometheus."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest

from accounts.access.decorators import public
from config.metrics.access import may_read
from config.metrics.collector import StateCollector
from config.metrics.output import CONTENT_TYPE, counted_by_processes


@public
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answers who shows METRICS_TOKEN; signing in means nothing here.

    Without a token set, only this machine is answered, and no proxy on it.
    """
    if not may_read(request.META, token=settings.METRICS_TOKEN):
        raise PermissionDenied(_("The metrics are read with a token (METRICS_TOKEN)."))
    state = CollectorRegistry()
    state.register(StateCollector())
    return HttpResponse(counted_by_processes() + generate_latest(state), content_type=CONTENT_TYPE)
