"""Addresses that providers call; the id is the account's."""

from django.urls import path

from notifications.receipts import views

app_name = "receipts"

urlpatterns = [
    path("<uuid:account_id>", views.receive, name="receive"),
    path("<uuid:account_id>/mail", views.receive_mail, name="receive_mail"),
]
