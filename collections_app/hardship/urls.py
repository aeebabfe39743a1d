from django.urls import path

from collections_app.hardship import views

app_name = "hardship"
urlpatterns = [
    path("cases/<uuid:pk>/hardship/affordable/", views.affordable_now, name="affordable"),
]
