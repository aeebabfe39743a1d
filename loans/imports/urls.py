"""Addresses of the imports' pages."""

from django.urls import path

from loans.imports import upload_views, views

app_name = "imports"
urlpatterns = [
    path("", views.import_list, name="list"),
    path("new/", upload_views.import_upload, name="upload"),
    path("<uuid:import_id>/columns/", upload_views.import_columns, name="columns"),
    path("<uuid:import_id>/load/", views.import_load, name="load"),
    path("<uuid:import_id>/again/", views.import_again, name="again"),
    path("<uuid:import_id>/discard/", views.import_discard, name="discard"),
    path("<uuid:import_id>/undo/", views.import_undo, name="undo"),
    path("<uuid:import_id>/bad-rows.<str:file_format>", views.import_bad_rows, name="bad_rows"),
    path("<uuid:import_id>/", views.import_detail, name="detail"),
    path("<uuid:import_id>/progress/", views.import_progress, name="progress"),
    path("<uuid:import_id>/errors.<str:file_format>", views.import_errors, name="errors"),
]
