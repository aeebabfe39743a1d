"""Signing secrets of other systems: issued here, shown once, revoked here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access.model_admin import ConfigurationAdmin
from accounts.signatures import services
from accounts.signatures.models import SigningSecret
from accounts.users.queries import active_integrations
from core.audit import Actor


class SecretForm(forms.ModelForm):  # type: ignore[type-arg]
    user = forms.ModelChoiceField(
        label=gettext_lazy("integration"),
        queryset=active_integrations(),
        help_text=gettext_lazy("It may have two at a time, so that one can replace the other."),
    )

    class Meta:
        model = SigningSecret
        fields = ("user",)


@admin.register(SigningSecret)
class SigningSecretAdmin(ConfigurationAdmin):
    change_right = "token.manage"
    form = SecretForm
    list_display = ("prefix", "user", "created_at", "revoked_at")
    list_select_related = ("user",)
    actions = ("revoke",)  # type: ignore[assignment]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # A secret is never changed; the list itself stays open for the action.
        return obj is None and super().has_change_permission(request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("user",) if obj is None else ("user", "prefix", "created_at", "revoked_at")

    def save_by_service(
        self, *, form: Any, instance: SigningSecret | None, by: Actor
    ) -> SigningSecret:
        issued = services.issue_signing_secret(user=form.cleaned_data["user"], by=by)
        # Rides on the object to the response below, and is stored nowhere.
        issued.row.secret_to_show = issued.secret  # type: ignore[attr-defined]
        return issued.row

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        sentence = _("Copy the secret now, it is not shown again: %(secret)s")
        messages.warning(request, sentence % {"secret": obj.secret_to_show})
        return super().response_add(request, obj, post_url_continue)

    @admin.action(description=gettext_lazy("Revoke"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[SigningSecret]) -> None:
        for row in queryset:
            services.revoke_signing_secret(row=row, by=Actor.of(request.user))
