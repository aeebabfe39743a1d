"""The close's pages: every portfolio's books, and one close step by step."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import has_right, requires, signed_in_user
from collections_app.close.models import CloseRun, CloseState
from collections_app.close.names import step_name
from collections_app.close.queries import (
    StepResult,
    latest_runs,
    runs_for,
    set_aside_of,
    step_results,
    totals_by_run,
)
from collections_app.close.services import last_day_to_close
from collections_app.close.tasks import resume_close
from loans.portfolios.models import Portfolio

PAGE_SIZE = 50
MARKS = {"running": "running", "failed": "failed", "done": "done", "waiting": "waiting"}


@requires("close.view")
@require_GET
@never_cache
def close_list(request: HttpRequest) -> HttpResponse:
    """Which day every portfolio's books are on, and the closes so far."""
    page = Paginator(runs_for(signed_in_user(request)), PAGE_SIZE).get_page(request.GET.get("page"))
    totals = totals_by_run(list(page.object_list))
    first, last = page.start_index(), page.end_index()
    return TemplateResponse(
        request,
        "collections_app/close/close_list.html",
        {
            "portfolios": [_portfolio_row(*row) for row in latest_runs(signed_in_user(request))],
            "closes": [_run_row(run, totals[run.pk]) for run in page.object_list],
            "shown": _("%(first)d to %(last)d of %(total)d")
            % {"first": first, "last": last, "total": page.paginator.count},
            "first_href": reverse("close:list") if page.has_previous() else "",
            "next_href": f"?page={page.next_page_number()}" if page.has_next() else "",
        },
    )


@requires("close.view")
@require_GET
@never_cache
def close_run(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One close: its steps with their counts and time, and the loans set aside."""
    run = _scoped_run(request, pk)
    steps = step_results(scope=run.portfolio.code, business_date=run.business_date)
    counts = {name: number for step in steps for name, number in step.counts.items()}
    may_resume = run.state == CloseState.FAILED and has_right(request.user, "close.run")
    template = "collections_app/close/close_run.html"
    if request.htmx:  # type: ignore[attr-defined]
        template += "#steps"
    return TemplateResponse(
        request,
        template,
        {
            "run": _run_facts(run),
            "steps": [_step_row(step) for step in steps],
            "figures": _figures(counts, run),
            "set_aside": [
                {
                    "contract_no": row.loan.contract_no,
                    "href": "",
                    "step": step_name("age_positions"),
                    "reason": row.error,
                    "remedy": _("Correct the loan's facts; the next one replays it."),
                }
                for row in set_aside_of(run)
            ],
            "catch_up": _days_left(run),
            "neighbours": [
                {
                    "href": reverse("close:run", args=[other.pk]),
                    "business_date": other.business_date,
                    "state": MARKS[other.state],
                    "state_name": other.get_state_display(),
                }
                for other in runs_for(signed_in_user(request))
                .filter(portfolio=run.portfolio)
                .exclude(pk=run.pk)[:7]
            ],
            "run_form_href": reverse("close:run_again", args=[run.pk]) if may_resume else "",
            "list_href": reverse("close:list"),
        },
    )


@requires("close.run")
@require_POST
def run_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sends a failed close back to the workers; finished steps are skipped."""
    run = _scoped_run(request, pk)
    try:
        if run.state != CloseState.FAILED:
            raise ValidationError(_("This close has not failed; there is nothing to run again."))
        resume_close.delay(
            str(run.portfolio_id), run.business_date.isoformat(), str(signed_in_user(request).pk)
        )
        messages.success(request, _("The close goes on in the background."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("close:run", pk=run.pk)


def _scoped_run(request: HttpRequest, pk: UUID) -> CloseRun:
    try:
        return runs_for(signed_in_user(request)).get(pk=pk)
    except CloseRun.DoesNotExist:
        raise Http404 from None


def _portfolio_row(portfolio: Portfolio, run: CloseRun | None) -> dict[str, Any]:
    behind = (last_day_to_close(portfolio) - portfolio.business_date).days + 1
    return {
        "code": portfolio.code,
        "name": portfolio.name,
        "business_date": portfolio.business_date,
        "behind_days": max(behind, 0),
        "set_aside_count": run.set_aside_count if run else 0,  # type: ignore[attr-defined]
        "last_close": {
            "href": reverse("close:run", args=[run.pk]),
            "state": MARKS[run.state],
            "state_name": run.get_state_display(),
        }
        if run
        else None,
    }


def _run_row(run: CloseRun, totals: dict[str, int]) -> dict[str, Any]:
    return {
        "href": reverse("close:run", args=[run.pk]),
        "business_date": run.business_date,
        "portfolio": run.portfolio.name,
        "state": MARKS[run.state],
        "state_name": run.get_state_display(),
        "opened_count": totals.get("opened", 0),
        "cured_count": totals.get("cured", 0),
        "set_aside_count": run.set_aside_count,  # type: ignore[attr-defined]
        "started_at": run.started_at,
        "took": took(run.started_at, run.finished_at),
    }


def _run_facts(run: CloseRun) -> dict[str, Any]:
    return {
        "business_date": run.business_date,
        "portfolio": run.portfolio.name,
        "state": MARKS[run.state],
        "state_name": run.get_state_display(),
        "by": _("started by %(name)s") % {"name": run.started_by},
        "error": run.error,
        "remedy": _("Nothing is lost: finished steps stay, and running it again goes on from here.")
        if run.error
        else "",
        "is_running": run.state == CloseState.RUNNING,
        "refresh_href": reverse("close:run", args=[run.pk]),
        "zone_name": run.portfolio.time_zone,
        "started_at": run.started_at,
        "finished_at": run.finished_at if run.finished_at else None,
        "took": took(run.started_at, run.finished_at),
        "next_date": run.business_date + timedelta(days=1) if run.finished_at else None,
    }


def _step_row(step: StepResult) -> dict[str, Any]:
    states = {
        "done": _("done"),
        "failed": _("failed"),
        "running": _("running"),
        "waiting": _("waits"),
    }
    parts = f" {step.done_shards}/{step.shards}" if step.state == "running" else ""
    return {
        "name": step_name(step.name),
        "state": MARKS[step.state],
        "state_name": states[step.state] + parts,
        "result": ", ".join(_count_text(name, number) for name, number in step.counts.items()),
        "started_at": step.started_at if step.started_at else None,
        "took": took(step.started_at, step.finished_at),
    }


def _count_text(name: str, number: int) -> str:
    texts = {
        "aged": ngettext("%(n)d loan aged", "%(n)d loans aged", number),
        "moved": ngettext("%(n)d bucket move", "%(n)d bucket moves", number),
        "changed": ngettext("%(n)d position changed", "%(n)d positions changed", number),
        "replayed": ngettext("%(n)d loan replayed", "%(n)d loans replayed", number),
        "opened": ngettext("%(n)d case opened", "%(n)d cases opened", number),
        "cured": ngettext("%(n)d case ended", "%(n)d cases ended", number),
        "assigned": ngettext("%(n)d case dealt", "%(n)d cases dealt", number),
        "promises_kept": ngettext("%(n)d promise kept", "%(n)d promises kept", number),
        "promises_partial": ngettext(
            "%(n)d promise partly kept", "%(n)d promises partly kept", number
        ),
        "promises_broken": ngettext("%(n)d promise broken", "%(n)d promises broken", number),
        "promises_open": ngettext("%(n)d promise still open", "%(n)d promises still open", number),
        "set_aside": ngettext("%(n)d loan set aside", "%(n)d loans set aside", number),
        "days": ngettext("%(n)d day", "%(n)d days", number),
    }
    return texts[name] % {"n": number} if name in texts else f"{name} {number}"


def _figures(counts: dict[str, int], run: CloseRun) -> list[dict[str, Any]]:
    return [
        {"label": _("Loans aged"), "value": counts.get("aged", 0), "icon": "calendar"},
        {"label": _("Cases opened"), "value": counts.get("opened", 0), "icon": "case"},
        {"label": _("Cases ended"), "value": counts.get("cured", 0), "icon": "check"},
        {
            "label": _("Loans set aside"),
            "value": run.set_aside_count,  # type: ignore[attr-defined]
            "icon": "stopped" if run.set_aside_count else "",  # type: ignore[attr-defined]
        },
    ]


def _days_left(run: CloseRun) -> list[str]:
    """The days of the portfolio that are over and still open, at most a week of them."""
    day, through = run.portfolio.business_date, last_day_to_close(run.portfolio)
    days: list[str] = []
    while day <= through and len(days) < 7:
        days.append(day.isoformat())
        day += timedelta(days=1)
    return days


def took(start: datetime | None, end: datetime | None) -> str:
    """How long something took, in the unit that fits."""
    if start is None or end is None:
        return ""
    seconds = (end - start).total_seconds()
    if seconds < 60:
        return _("%(seconds)s s") % {"seconds": f"{seconds:.1f}"}
    return _("%(minutes)d min %(seconds)d s") % {
        "minutes": int(seconds // 60),
        "seconds": int(seconds % 60),
    }
