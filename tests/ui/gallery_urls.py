"""Addresses of the pages with sample contexts."""

from __future__ import annotations

from django.urls import include, path

from tests.ui.gallery import show

DESK = [
    path("cases/", show, {"name": "my-cases"}, name="my_cases"),
    path("search/", show, {"name": "search"}, name="search"),
]
REPORTS = [
    path("dashboard/", show, {"name": "dashboard"}, name="dashboard"),
    path("report-rows/<slug:code>/", show, {"name": "report-rows"}, name="rows"),
    path("report-exceptions/<slug:code>/", show, {"name": "report-exceptions"}, name="exceptions"),
]
OVERSIGHT = [
    path("compliance-rows/<slug:code>/", show, {"name": "compliance-contacts"}, name="rows"),
]
urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("account/", include("allauth.urls")),
    path("", include((DESK, "desk"))),
    path("", include((REPORTS, "reporting"))),
    path("", include((OVERSIGHT, "oversight"))),
    path("<slug:name>/", show),
]
