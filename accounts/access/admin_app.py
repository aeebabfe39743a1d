"""Puts our admin site where Django looks for its default one (`INSTALLED_APPS`)."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class MakegoodAdminConfig(AdminConfig):
    default_site = "accounts.access.admin_site.MakegoodAdminSite"
    default = True
