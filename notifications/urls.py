"""Gathers the URLs of the app's concepts."""

from django.urls import include, path

urlpatterns = [
    path("", include("notifications.oversight.urls")),
    path("wordings/", include("notifications.templates.urls")),
]
