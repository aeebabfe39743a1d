from django.urls import path

from collections_app.close import views

app_name = "close"
urlpatterns = [
    path("closes/", views.close_list, name="list"),
    path("closes/<uuid:pk>/", views.close_run, name="run"),
    path("closes/<uuid:pk>/again/", views.run_again, name="run_again"),
]
