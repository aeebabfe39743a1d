"""One step of a page with many: shown, taken once, or refused with what to mend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.access.decorators import check_right, has_right, signed_in_user
from accounts.models import User
from collections_app.legal.forms import StepForm
from compliance.attempts.services import ContactRefused
from compliance.gate.sentences import reason_sentence
from core.audit.actors import Actor
from core.idempotency import KeyReused, fingerprint_of, once


@dataclass(frozen=True, slots=True)
class OfferedStep:
    """A step that may be taken from a page: its form, where it goes, and its button."""

    name: str
    heading: Any
    form: forms.Form
    href: str
    button: Any
    note: Any = ""
    is_primary: bool = False
    is_upload: bool = False
    #: Folded away until somebody opens it; open where it was refused.
    is_open: bool = False
    rows: Sequence[Any] = field(default_factory=tuple)


def take(
    request: HttpRequest,
    *,
    form: StepForm,
    run: Callable[[Actor], Any],
    done: str,
    next_href: Callable[[str], str],
    page: Callable[[StepForm], HttpResponse],
    in_one: bool = True,
) -> HttpResponse:
    """Takes a step once and leads on, or answers with the page that says what to mend.

    Arguments: `run` calls one service, which returns a row; `next_href` gets that row's key;
    `page` shows the page with the refused form, 422; `in_one`
    False where the service must not run inside a transaction of its caller.
    """
    if not form.is_valid():
        return page(form)
    user = signed_in_user(request)
    by, key = Actor.of(user), ""
    try:
        if in_one:
            sent = {key: request.POST.getlist(key) for key in request.POST if key[:4] != "csrf"}
            files = {key: _file(file) for key, file in request.FILES.items()}
            key = once(
                scope=f"legal:{user.pk}",
                key=form.cleaned_data["token"],
                fingerprint=fingerprint_of({"at": request.path, "entry": sent, "files": files}),
                run=lambda: str(run(by).pk),
            ).result
        else:
            key = str(run(by).pk)
    except KeyReused:
        form.add_error(None, _("This was sent before, in other words. Look at what is on record."))
    except PermissionDenied as refusal:
        form.add_error(None, str(refusal))
    except ContactRefused as refusal:
        form.add_error(None, _reasons(refusal))
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
    if form.errors:
        return page(form)
    messages.success(request, done)
    return redirect(next_href(key))


def reader_of_papers(request: HttpRequest) -> User:
    """Returns who asks for the bytes on file: who works legal matters, or who decides of them.

    Raises PermissionDenied for anybody else.
    """
    user = signed_in_user(request)
    if not has_right(user, "legal.work"):
        check_right(user, "approval.decide")
    return user


def _file(file: Any) -> list[Any]:
    return [file.name, file.size]


def _reasons(refusal: ContactRefused) -> list[str]:
    return [
        f"{reason_sentence(found.reason, found.values)} ({found.code})"
        for found in refusal.decision.denials
    ]
