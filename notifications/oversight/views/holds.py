"""Holds of messages: the list, a new one with the number it keeps back, its release."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access.decorators import has_right, requires, signed_in_user
from compliance.oversight.cells import row_of
from compliance.oversight.pages import known
from compliance.registers.entries import Entry, answer, posted
from core.ids import uuid7
from core.pages.parts import Tab
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio
from notifications.outbox import services
from notifications.outbox.models import MessageHold
from notifications.oversight.forms import HoldFilterForm, ReleaseForm
from notifications.oversight.hold_form import HoldForm
from notifications.oversight.hold_queries import counts_of, holds_of, kept_by, lines_of
from notifications.oversight.hold_table import hold_columns, release_href
from notifications.oversight.pages import frame, page_of, portfolios_of

_NEW = "notifications/oversight/hold_new.html"


@requires("message.view")
@require_GET
@never_cache
def holds(request: HttpRequest) -> HttpResponse:
    """What is held back now, or what was: of whom, until when, why, and how many messages."""
    user = signed_in_user(request)
    form = known(HoldFilterForm(request.GET, portfolios=portfolios_of(request)))
    is_over = form.cleaned_data.get("show") == "over"
    here = reverse("messages:holds")
    rows = holds_of(user=user, is_over=is_over)
    if form.portfolio_id:
        rows = rows.filter(portfolio=form.portfolio_id)
    narrowed = f"&portfolio={form.portfolio_id}" if form.portfolio_id else ""
    shown = "over" if is_over else "force"
    found, paging = page_of(
        request, rows=rows, at="starts_at", address=f"{here}?show={shown}{narrowed}"
    )
    columns = hold_columns(is_over=is_over)
    may_hold = has_right(user, "message.hold")
    in_force, over = counts_of(user=user)
    context = {
        **frame(request, "messages:holds"),
        **paging,
        "headings": [column.heading for column in columns],
        "lines": [
            {
                "row": row_of(columns, held),
                "release_href": release_href(held) if may_hold and not is_over else "",
                "token": uuid7().hex,
            }
            for held in found
        ],
        "lists": [
            Tab(_("In force"), f"{here}?show=force{narrowed}", not is_over, in_force),
            Tab(_("Over"), f"{here}?show=over{narrowed}", is_over, over),
        ],
        "filter_form": form,
        "is_filtered": bool(form.portfolio_id),
        "is_over": is_over,
        "list_href": here,
        "new_href": reverse("messages:hold_preview") if may_hold else "",
    }
    return TemplateResponse(request, "notifications/oversight/holds.html", context)


@requires("message.hold")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def preview(request: HttpRequest) -> HttpResponse:
    """Asks what is to be held, and says how many messages that keeps back. Writes nothing."""
    form = _form(request, posted(request))
    if form.is_bound:
        form.full_clean()
        if not form["reason"].data:
            form.errors.pop("reason", None)  # asked for when it is set, not while looking
    status = 422 if form.errors else 200
    return TemplateResponse(request, _NEW, _new_context(request, form), status=status)


@requires("message.hold")
@require_POST
def set_hold(request: HttpRequest) -> HttpResponse:
    """Holds the messages, once however often it is sent."""
    form = _form(request, request.POST)
    entry = Entry(
        template=_NEW,
        form=form,
        save=lambda by: services.hold(
            **form.held(), ends_at=form.ends_at(), reason=form.cleaned_data["reason"], by=by
        ),
        done=_("Held. What it is about does not leave until the hold ends."),
        next_href=reverse("messages:holds"),
    )
    form.is_valid()
    entry.context.update(_new_context(request, form))
    return answer(request, entry)


@requires("message.hold")
@require_POST
def release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ends a hold now."""
    held = get_object_or_404(MessageHold.objects.visible_to(signed_in_user(request)), pk=pk)
    entry = Entry(
        template="notifications/oversight/hold_over.html",
        form=ReleaseForm(request.POST),
        save=lambda by: services.release(held=held, by=by),
        done=_("Released. What it kept is looked at again now."),
        next_href=reverse("messages:holds"),
        context={**frame(request, "messages:holds"), "list_href": reverse("messages:holds")},
    )
    return answer(request, entry)


def _form(request: HttpRequest, data: Any) -> HoldForm:
    user = signed_in_user(request)
    # The calendar leads here with the line named.
    named = {
        name: request.GET[name] for name in ("portfolio", "what", "step") if name in request.GET
    }
    return HoldForm(
        data,
        initial=named,
        portfolios=Portfolio.objects.visible_to(user).filter(is_active=True),
        loans=Loan.objects.visible_to(user),
    )


def _new_context(request: HttpRequest, form: HoldForm) -> dict[str, Any]:
    """The form; once it is plain what is held, the number of messages that would wait."""
    context: dict[str, Any] = {
        **frame(request, "messages:holds"),
        "form": form,
        "list_href": reverse("messages:holds"),
        "preview_href": reverse("messages:hold_preview"),
        "set_href": reverse("messages:hold"),
        "kept": None,
        "plan_lines": [],
    }
    data = getattr(form, "cleaned_data", {})
    if data.get("portfolio"):
        context["plan_lines"] = lines_of(data["portfolio"])
    is_plain = form.is_bound and data.get("portfolio") and data.get("what")
    if is_plain and not set(form.errors) - {"reason"}:
        context["kept"] = kept_by(**form.held())
    return context
