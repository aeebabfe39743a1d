"""Addresses of the pages with sample contexts."""

from __future__ import annotations

from django.urls import include, path

from tests.ui.gallery import show

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("account/", include("allauth.urls")),
    path("cases/", include(([path("", show, {"name": "my-cases"}, name="my_cases")], "desk"))),
    path("<slug:name>/", show),
]
