"""Appointing people, changing their role, shutting them out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access.model_admin import ConfigurationAdmin
from accounts.users import services
from accounts.users.forms import time_zone_choices
from accounts.users.models import User, normalise_address
from core.audit import Actor

_PASSWORD = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class _AddressForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_email(self) -> str:
        return normalise_address(self.cleaned_data["email"])


class UserAddForm(_AddressForm):
    time_zone = forms.ChoiceField(label=_("time zone"), choices=time_zone_choices)
    password = forms.CharField(
        label=_("first password"),
        widget=_PASSWORD,
        required=False,
        help_text=_(
            "Tell it to them; they must choose their own at once. Without one they use"
            " “Forgotten?” on the sign-in page. Leave it empty for an integration."
        ),
    )

    class Meta:
        model = User
        fields = ("email", "full_name", "role", "team", "language", "time_zone")

    def clean_password(self) -> str:
        """Judges the password here too, so that the refusal stands beside its field."""
        password: str = self.cleaned_data["password"]
        if password:
            fields = {name: self.cleaned_data.get(name, "") for name in ("email", "full_name")}
            validate_password(password, User(**fields))
        return password


class UserChangeForm(_AddressForm):
    new_password = forms.CharField(
        label=_("new password"),
        widget=_PASSWORD,
        required=False,
        help_text=_("Only when they cannot reset it themselves. They must change it at once."),
    )
    reason = forms.CharField(
        label=_("reason"),
        required=False,
        help_text=_("For the trail, when you change the role or shut somebody out."),
    )

    class Meta:
        model = User
        fields = ("email", "full_name", "role", "team", "is_active")

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        return password


@admin.register(User)
class UserAdmin(ConfigurationAdmin):
    change_right = "user.manage"
    list_display = ("full_name", "email", "role", "team", "is_active", "last_login")
    list_filter = ("role", "is_active", "team")
    list_select_related = ("team",)
    search_fields = ("full_name", "email")
    ordering = ("full_name",)
    actions = ("end_sessions",)  # type: ignore[assignment]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if self.has_change_permission(request, obj):
            kwargs["form"] = UserChangeForm if obj else UserAddForm
        else:
            kwargs["fields"] = self.get_fields(request, obj)
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return (*UserAddForm.Meta.fields, "password")
        if not self.has_change_permission(request, obj):
            return (*UserChangeForm.Meta.fields, "last_login")
        return (*UserChangeForm.Meta.fields, "reason", "new_password")

    def save_by_service(self, *, form: Any, instance: User | None, by: Actor) -> User:
        data = dict(form.cleaned_data)
        if instance is None:
            data["password"] = data["password"] or None
            return services.create_user(**data, by=by)
        reason = data["reason"]
        user = services.change_details(
            user=instance,
            full_name=data["full_name"],
            email=data["email"],
            team=data["team"],
            by=by,
        )
        user = services.change_role(user=user, role=data["role"], by=by, reason=reason)
        set_active = services.reactivate_user if data["is_active"] else services.deactivate_user
        user = set_active(user=user, by=by, reason=reason)
        if data["new_password"]:
            user = services.set_password(
                user=user, password=data["new_password"], by=by, must_change_password=True
            )
        return user

    @admin.action(description=_("Sign out everywhere"), permissions=["change"])
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        by = Actor.of(request.user)
        ended = sum(services.end_user_sessions(user=user, by=by) for user in queryset)
        self.message_user(request, _("Sessions ended: %(n)d.") % {"n": ended})
