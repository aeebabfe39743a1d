"""Addresses of the compliance officer's pages."""

from django.urls import path

from compliance.oversight.views import contacts, incidents, overrides, stops, week

app_name = "oversight"
urlpatterns = [
    path("", week.show_week, name="week"),
    path("rows/<slug:code>/", week.show_rows, name="rows"),
    path("rows/<slug:code>/export/", week.export, name="export"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("verdicts/<uuid:pk>/", contacts.verdict, name="verdict"),
    path("incidents/", incidents.incident_list, name="incidents"),
    path("incidents/<uuid:pk>/", incidents.incident, name="incident"),
    path("incidents/<uuid:pk>/take/", incidents.take, name="take_incident"),
    path("incidents/<uuid:pk>/conclude/", incidents.conclude, name="conclude_incident"),
    path("overrides/", overrides.override_list, name="overrides"),
    path("overrides/<uuid:pk>/", overrides.override, name="override"),
    path("overrides/<uuid:pk>/decide/", overrides.decide, name="decide_override"),
    path("stops/", stops.stop_list, name="stops"),
]
