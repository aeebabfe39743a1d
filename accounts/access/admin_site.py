"""The admin site: for those whose role may look, through the one sign-in of the installation."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from accounts.access.admin_groups import grouped
from accounts.access.decorators import PUBLIC, check_right, declare_right, has_right
from accounts.access.urlconf import declare_patterns


class MakegoodAdminSite(AdminSite):
    """Everything can be looked at; only configuration can be changed, and through services."""

    site_title = _("Makegood administration")
    site_header = _("Makegood administration")
    index_title = _("Configuration and records")
    site_url = "/"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        return has_right(request.user, "admin.view")

    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Sends strangers to the sign-in page with its limits and second factor; 403 for others."""
        target = request.GET.get("next") or reverse("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(target)
        check_right(request.user, "admin.view")
        return HttpResponseRedirect(reverse("admin:index"))

    declare_right(login, PUBLIC)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Lists what the reader may look at by what belongs together, not by app."""
        apps: list[Any] = super().get_app_list(request, app_label)
        return apps if app_label else grouped(apps)

    def get_urls(self) -> list[Any]:
        return declare_patterns(super().get_urls(), "admin.view")
