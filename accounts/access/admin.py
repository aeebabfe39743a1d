"""Tokens of other systems: issued here, shown once, revoked here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import services
from accounts.access.model_admin import ConfigurationAdmin
from accounts.access.models import ApiToken
from accounts.access.rights import Role, rights_of
from accounts.users.queries import active_integrations
from core.audit import Actor


class TokenForm(forms.ModelForm):  # type: ignore[type-arg]
    user = forms.ModelChoiceField(
        label=gettext_lazy("integration"),
        queryset=active_integrations(),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("rights"),
        choices=[(right, right) for right in sorted(rights_of(Role.INTEGRATION))],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(
        label=gettext_lazy("lives for (days)"), min_value=1, max_value=366, initial=90
    )

    class Meta:
        model = ApiToken
        fields = ("user", "name", "scopes")


@admin.register(ApiToken)
class ApiTokenAdmin(ConfigurationAdmin):
    change_right = "token.manage"
    form = TokenForm
    list_display = ("name", "user", "prefix", "expires_at", "revoked_at", "last_used_on")
    list_select_related = ("user",)
    actions = ("revoke",)  # type: ignore[assignment]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # A token is never changed; the list itself stays open for the action.
        return obj is None and super().has_change_permission(request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ("user", "name", "scopes", "days")
        return ("user", "name", "prefix", "scopes", "created_at", "expires_at", "revoked_at")

    def save_by_service(self, *, form: Any, instance: ApiToken | None, by: Actor) -> ApiToken:
        data = form.cleaned_data
        issued = services.issue_token(
            user=data["user"],
            name=data["name"],
            scopes=data["scopes"],
            life=timedelta(days=data["days"]),
            by=by,
        )
        # Rides on the object to the response below, and is stored nowhere.
        issued.row.secret_to_show = issued.secret  # type: ignore[attr-defined]
        return issued.row

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        sentence = _("Copy the token now, it is not shown again: %(secret)s")
        messages.warning(request, sentence % {"secret": obj.secret_to_show})
        return super().response_add(request, obj, post_url_continue)

    @admin.action(description=gettext_lazy("Revoke"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        for token in queryset:
            services.revoke_token(token=token, by=Actor.of(request.user))
