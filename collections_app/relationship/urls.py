from django.urls import path

from collections_app.relationship import views

app_name = "relationship"
urlpatterns = [
    path("cases/<uuid:pk>/relationship/hold/", views.hold_contact, name="hold"),
]
