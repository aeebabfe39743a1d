"""Addresses of the pages of loans."""

from django.urls import path

from loans.contracts import views

app_name = "contracts"
urlpatterns = [
    path("<uuid:pk>/", views.loan, name="loan"),
]
