from django.urls import path

from reporting.dashboards import views

app_name = "reporting"
urlpatterns = [
    path("dashboard/", views.show_dashboard, name="dashboard"),
    path("dashboard/rows/<slug:code>/", views.show_rows, name="rows"),
    path("dashboard/rows/<slug:code>/export/", views.export_rows, name="export"),
    path("dashboard/needs/<slug:code>/", views.show_exceptions, name="exceptions"),
]
