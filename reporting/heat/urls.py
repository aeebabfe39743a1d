from django.urls import path

from reporting.heat import views

app_name = "heat"
urlpatterns = [
    path("dashboard/heat/", views.show_heat, name="heat"),
    path("dashboard/heat/<slug:code>/", views.show_heat_rows, name="rows"),
]
