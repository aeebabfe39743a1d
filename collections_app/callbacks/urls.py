from django.urls import path

from collections_app.callbacks import views

app_name = "callbacks"
urlpatterns = [
    path("callbacks/", views.callback_list, name="list"),
    path("callbacks/<uuid:pk>/reschedule/", views.reschedule, name="reschedule"),
    path("callbacks/<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("callbacks/<uuid:pk>/take/", views.take, name="take"),
]
