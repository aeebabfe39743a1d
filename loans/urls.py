"""Gathers the URLs of the app's concepts."""

from django.urls import include, path

urlpatterns = [
    path("imports/", include("loans.imports.urls")),
]
