"""The address of the what-if page."""

from django.urls import path

from compliance.whatif import views

app_name = "whatif"
urlpatterns = [path("", views.ask, name="ask")]
