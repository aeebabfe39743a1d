"""Addresses of the complaint register."""

from django.urls import path

from compliance.complaints import views

app_name = "complaints"
urlpatterns = [
    path("", views.register, name="list"),
    path("<uuid:pk>/", views.complaint, name="complaint"),
    path("<uuid:pk>/assign/", views.assign, name="assign"),
    path("<uuid:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("<uuid:pk>/extend/", views.extend, name="extend"),
    path("<uuid:pk>/answer/", views.answer, name="answer"),
    path("<uuid:pk>/reopen/", views.reopen, name="reopen"),
    path("<uuid:pk>/close/", views.close, name="close"),
]
