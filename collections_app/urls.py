"""Gathers the URLs of the app's concepts."""

from django.urls import include, path

urlpatterns = [
    path("", include("collections_app.desk.urls")),
    path("", include("collections_app.callbacks.urls")),
    path("", include("collections_app.cases.urls")),
    path("", include("collections_app.close.urls")),
    path("", include("collections_app.legal.urls")),
    path("", include("collections_app.dialling.urls")),
    path("", include("collections_app.hardship.urls")),
    path("", include("collections_app.notes.urls")),
    path("", include("collections_app.plans.urls")),
    path("", include("collections_app.protection.urls")),
    path("", include("collections_app.relationship.urls")),
    path("queue/", include("collections_app.worklist.urls")),
    path("reminders/", include("collections_app.strategy.urls")),
]
