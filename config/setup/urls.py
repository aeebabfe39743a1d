"""Addresses of the set-up of a new lender."""

from django.urls import path

from config.setup import views

app_name = "setup"
urlpatterns = [
    path("", views.checklist, name="checklist"),
    path("calendars/", views.fill_calendars, name="calendars"),
    path("rule-packs/", views.install_rule_packs, name="rule_packs"),
    path("verify/", views.verify, name="verify"),
    path("close/", views.close_day, name="close"),
    path("hide/", views.hide, name="hide"),
]
