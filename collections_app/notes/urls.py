from django.urls import path

from collections_app.notes import views

app_name = "notes"
urlpatterns = [
    path("cases/<uuid:pk>/notes/<uuid:note_pk>/pin/", views.pin_note, name="pin"),
    path("cases/<uuid:pk>/notes/<uuid:note_pk>/unpin/", views.unpin_note, name="unpin"),
    path("cases/<uuid:pk>/notes/<uuid:note_pk>/withdraw/", views.withdraw, name="withdraw"),
]
