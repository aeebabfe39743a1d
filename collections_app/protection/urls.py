from django.urls import path

from collections_app.protection import views

app_name = "protection"
urlpatterns = [
    path("pauses/<uuid:pk>/answer/", views.answer, name="answer"),
    path("pauses/<uuid:pk>/end/", views.end, name="end"),
]
