"""Addresses of the pages of rule packs."""

from django.urls import path

from compliance.rulepacks import proposal_views, views

app_name = "rulepacks"
urlpatterns = [
    path("", views.pack_list, name="list"),
    path("new/", proposal_views.propose_document, name="new"),
    path("proposals/<uuid:pk>/", proposal_views.proposal, name="proposal"),
    path("proposals/<uuid:pk>/decide/", proposal_views.decide, name="decide"),
    path("proposals/<uuid:pk>/withdraw/", proposal_views.withdraw, name="withdraw"),
    path("proposals/<uuid:pk>/document/", views.proposal_document, name="proposal_document"),
    path("<slug:code>/", views.pack, name="pack"),
    path("<slug:code>/difference/", views.pack_difference, name="difference"),
    path("<slug:code>/propose/", proposal_views.propose, name="propose"),
    path("<slug:code>/document/", proposal_views.propose_document, name="propose_document"),
    path(
        "<slug:code>/versions/<int:version>/document/",
        views.version_document,
        name="version_document",
    ),
]
