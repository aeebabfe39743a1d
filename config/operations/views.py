"""The page of the work in the background: closes, steps, schedule, consumers, workers, imports."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access.decorators import has_right, requires, signed_in_user
from config.operations import health, presentation
from core.audit import Actor, record
from core.facts.services import request_retry
from loans.imports.queries import imports_at_work
from loans.portfolios.models import Portfolio


@requires("close.view")
@never_cache
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """Says at a glance whether the background work keeps up, and where it does not."""
    user = signed_in_user(request)
    standings = health.closes_behind(portfolios=Portfolio.objects.visible_to(user))
    beats = health.worker_heartbeats()
    lags = health.consumer_lags()
    outbox = health.outbox_standing()
    steps = health.unfinished_jobs(scopes=[standing.code for standing in standings])
    return TemplateResponse(
        request,
        "config/operations/jobs.html",
        {
            "alarms": presentation.alarms(standings, steps, lags, beats, outbox),
            "closes": [
                presentation.close_line(standing, can_run=has_right(user, "close.run"))
                for standing in standings
            ],
            "steps": [presentation.step_line(step) for step in steps],
            "schedule": presentation.schedule_lines(health.last_runs()),
            "consumers": [
                presentation.consumer_line(lag, can_retry=has_right(user, "job.run"))
                for lag in lags
            ],
            "workers": [presentation.worker_line(beat) for beat in beats],
            "imports": [presentation.import_line(batch) for batch in imports_at_work(user)],
            "outbox": outbox,
            "outbox_href": reverse("messages:outbox") if has_right(user, "message.view") else "",
            "closes_href": reverse("close:list"),
        },
    )


@requires("job.run")
@require_POST
def retry_set_aside(request: HttpRequest, consumer: str) -> HttpResponse:
    """Asks a consumer to try the facts it set aside once more."""
    count = request_retry(consumer=consumer)
    if count:
        record(
            action="facts.retry",
            by=Actor.of(signed_in_user(request)),
            object_type="core.FactCursor",
            object_id=consumer,
            data={"count": count},
            count=count,
        )
        text = ngettext(
            "%(count)d fact is tried again with the next batch.",
            "%(count)d facts are tried again with the next batch.",
            count,
        )
        messages.success(request, text % {"count": count})
    else:
        messages.info(request, _("Nothing is set aside that is not being tried again already."))
    return HttpResponseRedirect(reverse("operations:jobs") + "#consumers", status=303)
