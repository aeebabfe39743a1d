"""Courses, and who has passed them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access.model_admin import ConfigurationAdmin
from accounts.training import services
from accounts.training.models import Certificate, Course
from core.audit import Actor


@admin.register(Course)
class CourseAdmin(ConfigurationAdmin):
    change_right = "training.manage"
    list_display = ("name", "skill", "valid_months", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "skill")
    fields = ("skill", "name", "valid_months", "is_active")

    def save_by_service(self, *, form: Any, instance: Course | None, by: Actor) -> Course:
        return services.save_course(course=instance, by=by, **form.cleaned_data)


class CertificateIssueForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Certificate
        fields = ("user", "course", "issued_on", "expires_on")


class CertificateRevokeForm(forms.ModelForm):  # type: ignore[type-arg]
    revoked_on = forms.DateField(label=_("revoked from"), widget=forms.DateInput())
    reason = forms.CharField(label=_("reason"))

    class Meta:
        model = Certificate
        fields = ("revoked_on",)


@admin.register(Certificate)
class CertificateAdmin(ConfigurationAdmin):
    """Issued once, then only revoked."""

    change_right = "training.manage"
    list_display = ("user", "course", "issued_on", "expires_on", "revoked_on")
    list_filter = ("course",)
    list_select_related = ("user", "course")
    search_fields = ("user__full_name", "course__skill")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        open_row = obj is None or obj.revoked_on is None
        return open_row and super().has_change_permission(request, obj)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if self.has_change_permission(request, obj):
            kwargs["form"] = CertificateRevokeForm if obj else CertificateIssueForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        issued = ("user", "course", "issued_on", "expires_on")
        if obj is None:
            return issued
        may_revoke = self.has_change_permission(request, obj)
        return (*issued, "revoked_on", "reason") if may_revoke else (*issued, "revoked_on")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("user", "course", "issued_on", "expires_on") if obj else ()

    def save_by_service(self, *, form: Any, instance: Certificate | None, by: Actor) -> Certificate:
        if instance is None:
            return services.issue_certificate(by=by, **form.cleaned_data)
        return services.revoke_certificate(certificate=instance, by=by, **form.cleaned_data)
