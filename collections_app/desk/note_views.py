"""Writing a note from a case, by whoever has its person; a plain form that needs no scripts."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access.decorators import requires, signed_in_user
from collections_app.cases.models import Case
from collections_app.desk.holding import Held, LeaseLost, who_has, write_held
from collections_app.notes.forms import PERSON, NoteForm
from collections_app.notes.note_page import note_page, notes_href, scoped_case
from collections_app.notes.services import write_note
from core.audit.actors import Actor
from core.idempotency import KeyReused
from core.ids import uuid7


@requires("note.add")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def write(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keeps a note about the case or its borrower; the same form sent twice keeps one."""
    case = scoped_case(signed_in_user(request), pk)
    form = NoteForm(request.POST or None, initial={"token": str(uuid7())})
    if request.method == "POST" and form.is_valid():
        try:
            _write_once(request, case, form)
        except ValidationError as refusal:
            form.add_refusal(refusal)
        except KeyReused:
            form.add_error(None, _("This form was sent before, with another note. Send it again."))
        except (Held, LeaseLost) as taken:
            form.add_error(None, who_has(taken, case))
            return note_page(request, "write", form, case, status=409)
        else:
            messages.success(request, _("Note kept."))
            return redirect(notes_href(case))
    return note_page(request, "write", form, case)


def _write_once(request: HttpRequest, case: Case, form: NoteForm) -> None:
    data, user = form.cleaned_data, signed_in_user(request)
    values = {
        "text": data["text"],
        "pinned": data["pinned"],
        "is_about_person": data["about"] == PERSON,
    }
    write_held(
        scope=f"write_note:{user.pk}",
        key=data["token"] or str(uuid7()),
        content=values,
        agent=user,
        case=case,
        lease=data["lease"],
        write=lambda: str(write_note(case=case, by=Actor.of(user), **values).pk),
    )
