"""Answering a form of the registers: shown, refused with 422, or saved once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.access.decorators import signed_in_user
from core.audit.actors import Actor
from core.idempotency import KeyReused, fingerprint_of, once


@dataclass(frozen=True, slots=True)
class Entry:
    """One form and what saving it does. `save` calls one service; `done` is said afterwards."""

    template: str
    form: forms.Form
    save: Callable[[Actor], Any]
    done: str
    next_href: str
    context: dict[str, Any] = field(default_factory=dict)


def answer(request: HttpRequest, entry: Entry) -> HttpResponse:
    """Shows the form on GET; on POST saves it once and leads on, or says what to mend with 422."""
    if request.method == "POST" and entry.form.is_valid() and _saved(request, entry):
        messages.success(request, entry.done)
        return redirect(entry.next_href)
    context = {"form": entry.form, **entry.context}
    status = 422 if entry.form.is_bound else 200
    return TemplateResponse(request, entry.template, context, status=status)


def _saved(request: HttpRequest, entry: Entry) -> bool:
    """Saves a valid form; a second sending of it finds the first. What refuses goes on the form."""
    user = signed_in_user(request)
    sent = {name: request.POST.getlist(name) for name in request.POST if name[:4] != "csrf"}
    try:
        once(
            scope=f"register:{user.pk}",
            key=entry.form.cleaned_data["token"],
            fingerprint=fingerprint_of({"at": request.path, "entry": sent}),
            run=lambda: str(entry.save(Actor.of(user)).pk),
        )
    except KeyReused:
        refusal = _("This entry was saved before, in other words. Look at what is on record.")
        entry.form.add_error(None, refusal)
    except ValidationError as refused:
        entry.form.add_error(None, refused.messages)
    return not entry.form.errors


def back_of(request: HttpRequest) -> str:
    """Returns the page of this site that the reader came from, or nothing."""
    back = request.GET.get("back", "")[:500]
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if back.startswith("/") and is_ours else ""


def posted(request: HttpRequest) -> Any:
    """Returns what a form is bound to: what was posted, nothing on GET."""
    return request.POST if request.method == "POST" else None
