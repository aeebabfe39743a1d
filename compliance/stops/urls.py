"""Addresses of the holds of portfolios."""

from django.urls import path

from compliance.stops import views

app_name = "holds"
urlpatterns = [
    path("", views.holds, name="list"),
    path("new/", views.preview, name="new"),
    path("set/", views.set_hold, name="set"),
    path("<uuid:pk>/lift/", views.lift, name="lift"),
]
