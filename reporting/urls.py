"""Gathers the URLs of the app's concepts."""

from django.urls import include, path

urlpatterns = [
    path("", include("reporting.dashboards.urls")),
    path("", include("reporting.dossier.urls")),
    path("", include("reporting.heat.urls")),
]
