"""Addresses of the calendar and of strategies."""

from django.urls import path

from collections_app.strategy import calendar_views, editing_views, views

app_name = "strategy"
urlpatterns = [
    path("", calendar_views.calendar, name="calendar"),
    path("strategies/", views.strategy_list, name="list"),
    path("strategies/<uuid:portfolio_pk>/", views.strategy, name="strategy"),
    path("strategies/<uuid:portfolio_pk>/write/", editing_views.write, name="write"),
    path("versions/<uuid:pk>/", views.version, name="version"),
    path("versions/<uuid:pk>/difference/", views.version_difference, name="difference"),
    path("versions/<uuid:pk>/propose/", editing_views.propose, name="propose"),
    path("versions/<uuid:pk>/decide/", editing_views.decide, name="decide"),
]
