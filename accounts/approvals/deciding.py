"""What the pages of versions share that one person proposes and another decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _


def propose(request: HttpRequest, act: Callable[[], Any]) -> None:
    """Puts a draft before a second person and says so, or says why not."""
    try:
        act()
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("Proposed. Somebody else now decides."))


def is_decided(
    request: HttpRequest, form: forms.Form, act: Callable[[str], Any], *, done: str
) -> bool:
    """Decides with the form's reason and says `done`; else the form says what is wrong."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data["reason"])
    except ValidationError as refused:
        form.add_error(None, refused)
        return False
    messages.success(request, done)
    return True
