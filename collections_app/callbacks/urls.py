from django.urls import path

from collections_app.callbacks import views

app_name = "callbacks"
urlpatterns = [
    path("callbacks/", views.callback_list, name="list"),
    path("callbacks/<uuid:pk>/take/", views.take, name="take"),
]
