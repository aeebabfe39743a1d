"""One's own preferences."""

from __future__ import annotations

from dataclasses import fields

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access.decorators import requires, signed_in_user
from accounts.users.forms import PreferencesForm
from accounts.users.services import Preferences, set_preferences
from core.audit import Actor


@requires("preferences.change")
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Shows the form, and on POST saves it and shows it again in the new language."""
    user = signed_in_user(request)
    if request.method != "POST":
        initial = {field.name: getattr(user, field.name) for field in fields(Preferences)}
        return TemplateResponse(
            request, "account/preferences.html", {"form": PreferencesForm(initial=initial)}
        )
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return TemplateResponse(request, "account/preferences.html", {"form": form}, status=422)
    saved = set_preferences(
        user=user, preferences=Preferences(**form.cleaned_data), by=Actor.of(user)
    )
    with translation.override(saved.language):
        messages.success(request, _("Saved. Pages are shown to you this way from now on."))
    return redirect("preferences")
