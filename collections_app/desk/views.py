"""The agent's pages: the queue, a case, a call on it, a hidden value of it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import has_right, requires, signed_in_user
from accounts.users.services import set_queue_opening
from collections_app.callbacks.services import CallbackRefused
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.contacts.drafts import read_draft
from collections_app.contacts.queries import phones_of
from collections_app.desk import attempt_log
from collections_app.desk.after_saving import (
    href_after,
    led_to,
    next_after,
    remember,
    saved_banner,
    saved_contact,
)
from collections_app.desk.call_saving import save_call
from collections_app.desk.case_page import (
    CaseMaterial,
    case_context,
    gather,
    hidden_values,
    verdict_bar,
)
from collections_app.desk.case_row import case_for
from collections_app.desk.entries import entry_of, entry_scope, token_of
from collections_app.desk.forms import RevealForm
from collections_app.desk.logger import (
    logger_context,
    logger_form,
    promise_known,
    started_call,
)
from collections_app.desk.queue_page import queue_context, read_selection
from collections_app.desk.reveal import reveal_context
from collections_app.desk.timeline_views import timeline_part
from collections_app.desk.wrapup_form import UnstartedCallForm, WrapupForm
from collections_app.dialling.calling import NotDialled, place_call
from collections_app.worklist.leases import Held, LeaseLost, take_up
from compliance.attempts.services import ContactRefused
from core.audit.actors import Actor
from core.htmx import redirect_whole_page
from core.idempotency import KeyReused, fingerprint_of, once
from loans.borrowers.disclosure import reveal as reveal_value
from loans.borrowers.disclosure import reveals_per_hour


@requires("case.view")
@require_GET
@never_cache
def my_cases(request: HttpRequest) -> HttpResponse:
    """The open cases of the person who asks: views, filters and order stand in the URL."""
    user = signed_in_user(request)
    if not request.GET and user.queue_opens_with:
        return redirect(f"{reverse('desk:my_cases')}?{user.queue_opens_with}")
    selection = read_selection(request.GET)
    try:
        context = queue_context(
            user=user, selection=selection, after=request.GET.get("after", "")[:200]
        )
    except (ValueError, ArithmeticError):
        raise Http404(_("This page of the list does not exist.")) from None
    return TemplateResponse(request, "collections_app/desk/my_cases.html", context)


@requires("preferences.change")
@require_POST
def open_queue_with(request: HttpRequest) -> HttpResponse:
    """Makes the selection on the page the one that the queue opens with."""
    user = signed_in_user(request)
    selection = read_selection(request.POST)
    set_queue_opening(user=user, filters=selection.query_string(), by=Actor.of(user))
    messages.success(request, _("Saved. Your queue opens like this from now on."))
    return redirect(selection.href())


@requires("case.view")
@require_GET
@never_cache
def case(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One case: who, how much, may I call, what happened, and the logger."""
    case = _scoped_case(request, pk)
    if _target(request) == "timeline":
        material = gather(case, signed_in_user(request))
        context = {
            "case": {"pk": case.pk, "contract_no": case.loan.contract_no},
            **timeline_part(request, material),
        }
        return TemplateResponse(request, "collections_app/desk/case.html#timeline", context)
    return _case_page(request, case)


@requires("case.view")
@require_GET
@never_cache
def call_verdict(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The verdict bar alone, asked for again at the instant it flips."""
    case = _scoped_case(request, pk)
    user = signed_in_user(request)
    context = {**verdict_bar(case, user), "open_call": started_call(case, user)}
    return TemplateResponse(request, "collections_app/desk/case_head.html#verdict", context)


@requires("contact.record")
@require_POST
def start_call(request: HttpRequest, pk: UUID, contact_point_pk: UUID) -> HttpResponse:
    """Reserves a call and has it dialled, or shows the number; the page waits for the result."""
    case = _scoped_case(request, pk)
    contact_point = get_object_or_404(phones_of(case), pk=contact_point_pk)
    user = signed_in_user(request)
    if started_call(case, user) is None:
        try:
            take_up(agent=user, case=case)
            place_call(
                case=case,
                contact_point=contact_point,
                agent=user,
                is_by_hand=request.POST.get("dial") == "by_hand",
            )
        except Held as held:
            messages.error(request, _held_text(held))
        except ContactRefused:
            messages.error(request, _("The call was not started: see why below."))
        except NotDialled as refused:
            messages.error(request, _not_dialled_text(refused))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
    return redirect(f"{reverse('desk:case', args=[case.pk])}#log")


def _held_text(held: Held) -> str:
    until = timezone.localtime(held.until)
    return _("%(name)s has this person until %(time)s. The call was not started.") % {
        "name": held.by.get_full_name(),
        "time": f"{until:%H:%M}",
    }


def _not_dialled_text(refused: NotDialled) -> str:
    return _(
        "The telephone system does not place the call (%(reason)s). The reservation was given back "
        "and nothing counts. Call once more, or dial by hand."
    ) % {"reason": refused.reason}


@requires("contact.record")
@require_POST
def log_call(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Logs the call that was started, or one that came about otherwise; the same entry once."""
    case, user = _scoped_case(request, pk), signed_in_user(request)
    # What happened is recorded whoever has the person by now; who records it has them if they may.
    with suppress(Held, LeaseLost):
        take_up(agent=user, case=case)
    try:
        answer = once(
            scope=entry_scope(user),
            key=token_of(request),
            fingerprint=fingerprint_of({"case": str(case.pk), "entry": entry_of(request)}),
            run=lambda: _log(request, case),
        )
    except EntryRefused as refusal:
        return _case_page(request, case, log_form=refusal.form, status=422)
    except KeyReused:
        form = logger_form(case, user, started_call(case, user), request.POST)
        form.full_clean()
        form.add_error(None, _("This entry was saved before, in other words; see the timeline."))
        return _case_page(request, case, log_form=form, status=422)
    return redirect_whole_page(request, _after_saving(request, case, answer.result))


def _after_saving(request: HttpRequest, case: Case, contact_pk: str) -> str:
    """Where saving leads: the talk that the result begins, the next person, or the same case."""
    user, following = signed_in_user(request), case
    contact = saved_contact(contact_pk)
    remember(request, contact)
    if there := led_to(contact=contact, user=user):
        return there
    if request.POST.get("then") == "next" and has_right(user, "worklist.claim"):
        found = next_after(agent=user, token=token_of(request))
        if isinstance(found, Case):
            following = found
        else:
            messages.info(request, found)
    return href_after(following, contact_pk)


@requires("party.reveal")
@require_POST
@never_cache
def reveal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Shows one hidden value for a purpose; in the answer to this POST and nowhere else."""
    case = _scoped_case(request, pk)
    user = signed_in_user(request)
    material = gather(case, user)
    form = RevealForm(request.POST, choices=hidden_values(material))
    if not form.is_valid():
        return _case_page(request, case, material=material, reveal_form=form, status=422)
    try:
        text = reveal_value(
            value=form.chosen(),
            purpose=form.cleaned_data["purpose"],
            portfolio_id=case.portfolio_id,
            reference=str(case.pk),
            budget=reveals_per_hour(user.role),
            by=Actor.of(user),
        )
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _case_page(request, case, material=material, reveal_form=form, status=422)
    return _case_page(request, case, material=material, reveal_form=form, revealed=text)


class EntryRefused(Exception):
    """The entry cannot be saved; its form says why. Nothing was written."""

    def __init__(self, form: WrapupForm) -> None:
        super().__init__("The entry was refused.")
        self.form = form


def _log(request: HttpRequest, case: Case) -> str:
    """Checks and saves the entry; returns the id of its contact. Raises EntryRefused."""
    user = signed_in_user(request)
    attempt = started_call(case, user)
    form = logger_form(case, user, attempt, request.POST)
    if not form.is_valid():
        raise EntryRefused(form)
    try:
        contact = save_call(
            case=case,
            wrapup=form.wrapup(),
            agent=user,
            agreed=form.agreed(),
            attempt=attempt,
            other=form.other_call() if isinstance(form, UnstartedCallForm) else None,
        )
    except CallbackRefused as refusal:
        form.add_service_errors({"when": [refusal.message]})
        raise EntryRefused(form) from refusal
    except ValidationError as refusal:
        form.add_service_errors(
            refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
        )
        raise EntryRefused(form) from refusal
    return str(contact.pk)


def _scoped_case(request: HttpRequest, pk: UUID) -> Case:
    try:
        return case_for(signed_in_user(request), pk)
    except Case.DoesNotExist:
        raise Http404 from None


def _target(request: HttpRequest) -> str:
    """The id of the region that htmx wants; nothing for a whole page."""
    return request.htmx.target or "" if request.htmx else ""  # type: ignore[attr-defined]


_FRAGMENTS = {"log": "#logger", "reveal": "#reveal"}


def _case_page(
    request: HttpRequest,
    case: Case,
    *,
    material: CaseMaterial | None = None,
    log_form: WrapupForm | None = None,
    reveal_form: RevealForm | None = None,
    revealed: str = "",
    status: int = 200,
) -> HttpResponse:
    user = signed_in_user(request)
    material = material or gather(case, user)
    context = {
        **case_context(material, user),
        **timeline_part(request, material),
        **_logger(request, material, log_form),
        **saved_banner(request, case=case),
        **reveal_context(
            case,
            user,
            reveal_form or RevealForm(choices=hidden_values(material)),
            revealed,
        ),
    }
    template = "collections_app/desk/case.html" + _FRAGMENTS.get(_target(request), "")
    return TemplateResponse(request, template, context, status=status)


def _logger(
    request: HttpRequest, material: CaseMaterial, form: WrapupForm | None
) -> dict[str, Any]:
    case, user = material.case, signed_in_user(request)
    attempt, draft = attempt_log.started_call(material.attempts, user), None
    if form is None and case.state == CaseState.OPEN and has_right(user, "contact.record"):
        points = [point for found in material.points.values() for point in found]
        draft = read_draft(case, case.draft)  # type: ignore[attr-defined]  # by case_for
        known = promise_known(material, user)
        form = logger_form(case, user, attempt, points=points, draft=draft, known=known)
    return logger_context(case, user, attempt, form, draft)
