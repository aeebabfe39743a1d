"""Around an entry of the logger: keeping and dropping its draft, taking it back."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.decorators import requires, signed_in_user
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.contacts.drafts import drop_draft, keep_draft
from collections_app.contacts.models import Contact, Draft
from collections_app.contacts.queries import call_results
from collections_app.desk.after_saving import forget
from collections_app.desk.attempt_log import name_of_result
from collections_app.desk.case_row import case_for
from collections_app.desk.entries import entry_of, entry_scope, token_of
from collections_app.desk.logger import started_call
from collections_app.desk.open_call import open_call, phone_call_of
from collections_app.desk.undo import undo
from collections_app.dialling.queries import suggested_result
from core.idempotency import was_done


@requires("contact.record")
@require_POST
def keep(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keeps what was typed: a line of text for the page that asks by itself, else the page."""
    case, user = _scoped_case(request, pk), signed_in_user(request)
    try:
        said = _kept_text(_keep(request, case, user))
        status = 200
    except ValidationError as refusal:
        said, status = " ".join(refusal.messages), 422
    if request.headers.get("X-Draft"):
        return HttpResponse(said, status=status, content_type="text/plain; charset=utf-8")
    (messages.success if status == 200 else messages.error)(request, said)
    return redirect(f"{reverse('desk:case', args=[case.pk])}#log")


def _keep(request: HttpRequest, case: Case, user: User) -> Draft | None:
    """None where the entry was saved meanwhile: its draft is not wanted any more."""
    with transaction.atomic():
        if was_done(scope=entry_scope(user), key=token_of(request)):
            return None
        return keep_draft(case=case, agent=user, entry=entry_of(request))


def _kept_text(draft: Draft | None) -> str:
    if draft is None:
        return _("saved")
    return _("draft kept %(time)s") % {"time": f"{timezone.localtime(draft.kept_at):%H:%M:%S}"}


@requires("contact.record")
@require_POST
def drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throws away what was typed and not saved."""
    case = _scoped_case(request, pk)
    drop_draft(case=case, agent=signed_in_user(request))
    messages.info(request, _("The draft is gone."))
    return redirect(f"{reverse('desk:case', args=[case.pk])}#log")


@requires("contact.record")
@require_GET
@never_cache
def call_told(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the telephone system tells of the open call; nothing new is answered with no content.

    The page asks while the call goes on, and says what it shows (`seen`). A call that was logged
    meanwhile, or was never dialled for the agent, ends the asking.
    """
    case, user = _scoped_case(request, pk), signed_in_user(request)
    attempt = started_call(case, user)
    call = phone_call_of(attempt)
    if attempt is None or call is None:
        return HttpResponse(status=_STOP_ASKING)
    if call.state == request.GET.get("seen"):
        return HttpResponse(status=204)
    suggested = suggested_result(call, call_results())
    context = {
        "open_call": open_call(case, user, attempt),
        "suggested": suggested.pk if suggested else "",
        "suggested_name": name_of_result(suggested) if suggested else "",
    }
    return TemplateResponse(request, "collections_app/desk/call_told.html", context)


#: What makes htmx end a poll.
_STOP_ASKING: Final = 286


@requires("contact.record")
@require_POST
def undo_entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes back the entry just saved and shows its case, with what was typed as a draft."""
    user = signed_in_user(request)
    contact = get_object_or_404(
        Contact.objects.select_related("attempt__party__data_key", "result"), pk=pk
    )
    contact.case = _scoped_case(request, contact.case_id)
    here = f"{reverse('desk:case', args=[contact.case_id])}#log"
    try:
        undo(contact=contact, agent=user)
        forget(request)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(here)
    messages.success(
        request,
        _("Taken back: %(result)s. What you typed is here again; nothing of it is saved.")
        % {"result": name_of_result(contact.result)},
    )
    return redirect(here)


def _scoped_case(request: HttpRequest, pk: UUID) -> Case:
    try:
        return case_for(signed_in_user(request), pk)
    except Case.DoesNotExist:
        raise Http404 from None
