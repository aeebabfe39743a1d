"""Addresses of the imports' pages."""

from django.urls import path

from loans.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.import_list, name="list"),
    path("<uuid:import_id>/", views.import_detail, name="detail"),
    path("<uuid:import_id>/progress/", views.import_progress, name="progress"),
    path("<uuid:import_id>/errors.<str:file_format>", views.import_errors, name="errors"),
]
