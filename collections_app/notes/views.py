"""Pinning and withdrawing notes from a case; plain forms that need no scripts."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access.decorators import requires, signed_in_user
from collections_app.notes.forms import WithdrawForm
from collections_app.notes.models import Note
from collections_app.notes.note_page import note_page, notes_href, scoped_case
from collections_app.notes.panel import note_row
from collections_app.notes.queries import may_withdraw, notes_of_case
from collections_app.notes.services import pin, unpin, withdraw_note
from core.audit.actors import Actor


@requires("note.add")
@require_POST
def pin_note(request: HttpRequest, pk: UUID, note_pk: UUID) -> HttpResponse:
    """Puts a note on top."""
    return _change(request, pk, note_pk, pin)


@requires("note.add")
@require_POST
def unpin_note(request: HttpRequest, pk: UUID, note_pk: UUID) -> HttpResponse:
    """Takes a note off the top."""
    return _change(request, pk, note_pk, unpin)


def _change(
    request: HttpRequest, pk: UUID, note_pk: UUID, change: Callable[..., Note]
) -> HttpResponse:
    user = signed_in_user(request)
    case = scoped_case(user, pk)
    note = get_object_or_404(notes_of_case(case), pk=note_pk)
    try:
        change(note=note, case=case, by=Actor.of(user))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(notes_href(case))


@requires("note.add")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdraw(request: HttpRequest, pk: UUID, note_pk: UUID) -> HttpResponse:
    """Asks why a note no longer holds; who wrote it may say so, and who leads."""
    user = signed_in_user(request)
    case = scoped_case(user, pk)
    note = get_object_or_404(notes_of_case(case), pk=note_pk)
    if note.withdrawn_at is None and not may_withdraw(note, user):
        raise PermissionDenied(
            _("Only %(who)s or who leads the team withdraws this note.") % {"who": note.made_by}
        )
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            withdraw_note(note=note, case=case, reason=reason, by=Actor.of(user))
        except ValidationError as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("Note withdrawn. It stays in the timeline, struck out."))
            return redirect(notes_href(case))
    return note_page(request, "withdraw", form, case, note=note_row(note, case, user))
