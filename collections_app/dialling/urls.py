"""Where telephone systems call (the id is the account's), and the page about them."""

from django.urls import path

from collections_app.dialling import views

app_name = "dialling"

urlpatterns = [
    path("webhooks/calls/<uuid:account_id>", views.receive, name="receive"),
    path("telephones/", views.telephones, name="telephones"),
]
