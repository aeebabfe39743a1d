"""Addresses of the wordings."""

from django.urls import path

from notifications.templates import views, writing_views

app_name = "wordings"
urlpatterns = [
    path("", views.template_list, name="list"),
    path("new/", writing_views.new_template, name="new"),
    path("counted/", views.counted, name="counted"),
    path("versions/<uuid:pk>/propose/", writing_views.propose, name="propose"),
    path("versions/<uuid:pk>/decide/", writing_views.decide, name="decide"),
    path("versions/<uuid:pk>/retire/", writing_views.retire, name="retire"),
    path("<slug:code>/", views.template, name="template"),
    path("<slug:code>/write/", writing_views.write, name="write"),
]
