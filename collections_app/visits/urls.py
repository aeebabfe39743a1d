from django.urls import path

from collections_app.visits import day_views, views

app_name = "visits"
urlpatterns = [
    path("visits/", views.visit_list, name="list"),
    path("visits/day/", day_views.day, name="day"),
    path("visits/export/", views.export, name="export"),
    path("visits/<uuid:pk>/", views.visit, name="visit"),
    path("visits/<uuid:pk>/plan/", views.plan, name="plan"),
    path("visits/<uuid:pk>/earlier/", views.up, name="up"),
    path("visits/<uuid:pk>/take-off/", views.take_off_route, name="take_off"),
    path("visits/<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("visits/<uuid:pk>/notice/", views.notice, name="notice"),
    path("visits/<uuid:pk>/notice/send/", views.announce, name="send_notice"),
    path("visits/<uuid:pk>/photos/<uuid:photo_pk>/", views.photo, name="photo"),
    path("visits/<uuid:pk>/cash/<uuid:receipt_pk>/", views.hand_in, name="hand_in"),
]
