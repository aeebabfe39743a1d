"""Addresses of claiming."""

from django.urls import path

from collections_app.worklist import another_agent_views, lead_views, points_views, views

app_name = "worklist"
urlpatterns = [
    path("next/", views.next_person, name="next"),
    path("nothing/", views.nothing, name="nothing"),
    path("leases/<uuid:token>/skip/", views.skip_person, name="skip"),
    path("leases/<uuid:token>/renew/", views.renew_lease, name="renew"),
    path("skips/", lead_views.skips, name="skips"),
    path("another-agent/<uuid:pk>/", another_agent_views.another_agent, name="another_agent"),
    path("take-over/<uuid:pk>/", lead_views.take_person_over, name="take_over"),
    path("points/", points_views.points, name="points"),
    path("points/write/", points_views.write, name="points_write"),
    path("points/<uuid:pk>/", points_views.points_version, name="points_version"),
    path("points/<uuid:pk>/propose/", points_views.propose, name="points_propose"),
    path("points/<uuid:pk>/decide/", points_views.decide, name="points_decide"),
]
