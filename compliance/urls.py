"""Gathers the URLs of the app's concepts."""

from django.urls import include, path

urlpatterns = [
    path("", include("compliance.oversight.urls")),
    path("complaints/", include("compliance.complaints.urls")),
    path("holds/", include("compliance.stops.urls")),
    path("people/", include("compliance.registers.urls")),
    path("rule-packs/", include("compliance.rulepacks.urls")),
    path("what-if/", include("compliance.whatif.urls")),
]
