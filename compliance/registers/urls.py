"""Addresses of one person's record."""

from django.urls import path

from compliance.registers import views

app_name = "registers"
urlpatterns = [
    path("<uuid:pk>/", views.person, name="person"),
    path("<uuid:pk>/stops/add/<slug:kind>/", views.add_stop, name="add_stop"),
    path("<uuid:pk>/stops/<uuid:row>/lift/", views.lift_stop, name="lift_stop"),
    path("<uuid:pk>/preferences/add/<slug:kind>/", views.add_preference, name="add_preference"),
    path("<uuid:pk>/preferences/<uuid:row>/end/", views.end_preference, name="end_preference"),
    path("<uuid:pk>/consents/add/<slug:kind>/", views.record_consent, name="record_consent"),
    path("<uuid:pk>/complaints/add/", views.register_complaint, name="register_complaint"),
    path("<uuid:pk>/notices/add/<slug:kind>/", views.record_notice, name="record_notice"),
    path("<uuid:pk>/notices/<uuid:row>/withdraw/", views.withdraw_notice, name="withdraw_notice"),
    path("<uuid:pk>/orders/add/<slug:kind>/", views.record_order, name="record_order"),
    path("<uuid:pk>/orders/<uuid:row>/discharge/", views.discharge_order, name="discharge_order"),
]
