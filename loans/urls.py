"""Gathers the URLs of the app's concepts."""

from django.urls import include, path

urlpatterns = [
    path("loans/", include("loans.contracts.urls")),
    path("portfolios/", include("loans.portfolios.urls")),
    path("imports/", include("loans.imports.urls")),
]
