"""Contacts over the API: to read, and for diallers to preview, reserve, settle and record."""

from __future__ import annotations

from django.urls import path

from compliance.attempts.api.previewing import Preview
from compliance.attempts.api.reading import AttemptDetail, AttemptList
from compliance.attempts.api.recording import InboundRecord, UnsanctionedRecord
from compliance.attempts.api.reserving import ReservationCreate, ReservationSettlement

urlpatterns = [
    path("", AttemptList.as_view(), name="attempts"),
    path("<uuid:pk>/", AttemptDetail.as_view(), name="attempt"),
]
contact_urlpatterns = [
    path("preview/", Preview.as_view(), name="contact_preview"),
    path("reservations/", ReservationCreate.as_view(), name="reservations"),
    path(
        "reservations/<uuid:pk>/settlement/",
        ReservationSettlement.as_view(),
        name="reservation_settlement",
    ),
    path("inbound/", InboundRecord.as_view(), name="contact_inbound"),
    path("unsanctioned/", UnsanctionedRecord.as_view(), name="contact_unsanctioned"),
]
