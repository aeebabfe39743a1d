"""Addresses of the page of closes and jobs."""

from django.urls import path

from config.operations import views

app_name = "operations"
urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("retry/<str:consumer>/", views.retry_set_aside, name="retry"),
]
