"""The set-up of a new lender: what is done, what is next, and the steps that are one button."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access.decorators import requires, signed_in_user
from collections_app.close.services import close
from compliance.rulepacks.services import install_standard_packs
from config.setup.steps import HIDDEN, VERIFIED, StepState, read_facts, step_states
from core import clock
from core.audit import Actor, record
from core.calendars.services import ensure_standard_calendars, fill_year
from core.locks import LockBusy
from loans.contracts.models import Loan
from loans.delinquency.verification import verify_portfolio
from loans.portfolios.models import Portfolio

#: More loans than this are verified by the command, not while a person waits.
MOST_VERIFIED_AT_ONCE = 5_000
MARKS = {"done": "done", "next": "running", "open": "waiting", "blocked": "waiting"}


@requires("config.change")
@never_cache
@require_safe
def checklist(request: HttpRequest) -> HttpResponse:
    """Shows every step from an empty system to a first closed day."""
    states = step_states(read_facts(signed_in_user(request)))
    done = sum(state.state == "done" for state in states)
    return TemplateResponse(
        request,
        "config/setup/checklist.html",
        {
            "steps": [_line(number, state) for number, state in enumerate(states, 1)],
            "done": done,
            "total": len(states),
            "is_done": done == len(states),
            "hide_href": reverse("setup:hide"),
        },
    )


def _line(number: int, state: StepState) -> dict[str, object]:
    names = {
        "done": _("done"),
        "next": _("next"),
        "open": _("open"),
        "blocked": _("waits for: %(steps)s") % {"steps": ", ".join(state.missing)},
    }
    return {
        "number": number,
        "code": state.step.code,
        "title": str(state.step.title),
        "why": str(state.step.why),
        "state": state.state,
        "mark": MARKS[state.state],
        "state_name": str(names[state.state]),
        "href": state.href if state.state in {"next", "open"} else "",
        "is_posted": state.step.is_posted,
        "button": str(state.step.button),
    }


@requires("config.change")
@require_POST
def fill_calendars(request: HttpRequest) -> HttpResponse:
    """Makes the standard calendars and fills this year and the next."""
    by = Actor.of(signed_in_user(request))
    year = clock.now().year
    for calendar in ensure_standard_calendars(by=by):
        for wanted in (year, year + 1):
            fill_year(code=calendar.code, year=wanted, by=by)
    messages.success(request, _("The calendars are filled for this year and the next."))
    return _back()


@requires("config.change")
@require_POST
def install_rule_packs(request: HttpRequest) -> HttpResponse:
    """Installs the rule packs that come with the system."""
    packs = install_standard_packs(by=Actor.of(signed_in_user(request)))
    text = ngettext("%(n)d rule pack is in place.", "%(n)d rule packs are in place.", len(packs))
    messages.success(request, text % {"n": len(packs)})
    return _back()


@requires("config.change")
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Computes all positions anew and compares; noted in the trail where nothing differs."""
    user = signed_in_user(request)
    count = Loan.objects.visible_to(user).count()
    if not count:
        messages.error(request, _("There is no loan yet; bring the loans in first."))
        return _back()
    if count > MOST_VERIFIED_AT_ONCE:
        messages.info(
            request,
            _("With this many loans, run the command verify_positions; it takes a while."),
        )
        return _back()
    found = [
        difference
        for portfolio in Portfolio.objects.visible_to(user)
        for difference in verify_portfolio(portfolio=portfolio)
    ]
    if found:
        differing = {"count": len(found), "first": str(found[0])}
        messages.error(request, _("%(count)d figures differ. %(first)s") % differing)
        return _back()
    record(
        action=VERIFIED,
        by=Actor.of(user),
        object_type="loans.Position",
        object_id="all",
        data={"loans": count, "differences": 0},
    )
    text = ngettext(
        "%(count)d loan was computed anew; no figure differs.",
        "%(count)d loans were computed anew; no figure differs.",
        count,
    )
    messages.success(request, text % {"count": count})
    return _back()


@requires("close.run")
@require_POST
def close_day(request: HttpRequest) -> HttpResponse:
    """Closes the business date of every portfolio that has not been closed before."""
    user = signed_in_user(request)
    by = Actor.of(user)
    for portfolio in Portfolio.objects.visible_to(user).filter(is_active=True, closes=None):
        try:
            run = close(portfolio=portfolio, on=portfolio.business_date, by=by)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        except LockBusy:
            messages.info(request, _("%(name)s is being closed already.") % _named(portfolio))
        else:
            closed = _named(portfolio) | {"on": run.business_date.isoformat()}
            messages.success(request, _("%(name)s: %(on)s is closed.") % closed)
    return _back()


def _named(portfolio: Portfolio) -> dict[str, str]:
    return {"name": portfolio.name}


@requires("config.change")
@require_POST
def hide(request: HttpRequest) -> HttpResponse:
    """Keeps the set-up from being the first page."""
    user = signed_in_user(request)
    record(action=HIDDEN, by=Actor.of(user), object_type="config.Setup", object_id="set-up")
    messages.info(request, _("The set-up stays in the menu."))
    return HttpResponseRedirect(reverse("home"), status=303)


def _back() -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("setup:checklist"), status=303)
