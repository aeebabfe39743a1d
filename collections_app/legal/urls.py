"""Addresses of legal matters."""

from django.urls import path

from collections_app.legal.views import case_file, docket, letters, papers, proceedings

app_name = "legal"
_LETTER = "legal/letters/<uuid:pk>/"
_MATTER = "legal/proceedings/<uuid:pk>/"

urlpatterns = [
    path("legal/", docket.docket, name="docket"),
    path("legal/print/", docket.printed, name="docket_print"),
    path("cases/<uuid:pk>/legal/", case_file.case_file, name="case_file"),
    path("cases/<uuid:pk>/legal/open/", case_file.open_file, name="open"),
    path("cases/<uuid:pk>/legal/draw/", letters.draw, name="draw"),
    path(_LETTER, letters.letter, name="letter"),
    path(f"{_LETTER}file/", letters.read, name="read_letter"),
    path(f"{_LETTER}propose/", letters.propose, name="letter_propose"),
    path(f"{_LETTER}decide/", letters.decide, name="letter_decide"),
    path(f"{_LETTER}void/", letters.void, name="letter_void"),
    path(f"{_LETTER}posted/", letters.post, name="letter_post"),
    path(f"{_LETTER}delivered/", letters.deliver, name="letter_deliver"),
    path(f"{_LETTER}returned/", letters.come_back, name="letter_return"),
    path(_MATTER, proceedings.proceeding, name="proceeding"),
    path(f"{_MATTER}details/", proceedings.details, name="proceeding_details"),
    path(f"{_MATTER}propose/", proceedings.propose, name="proceeding_propose"),
    path(f"{_MATTER}decide/", proceedings.decide, name="proceeding_decide"),
    path(f"{_MATTER}back/", proceedings.back, name="proceeding_back"),
    path(f"{_MATTER}move/<slug:stage>/", proceedings.move, name="proceeding_move"),
    path(f"{_MATTER}hand/", proceedings.hand, name="proceeding_hand"),
    path(f"{_MATTER}days/", proceedings.deadline, name="proceeding_deadline"),
    path(f"{_MATTER}papers/", proceedings.document, name="proceeding_document"),
    path(f"{_MATTER}costs/", proceedings.cost, name="proceeding_cost"),
    path("legal/papers/<uuid:pk>/", papers.read_document, name="read_document"),
    path("legal/papers/<uuid:pk>/withdraw/", papers.withdraw_document, name="withdraw_document"),
    path("legal/costs/<uuid:pk>/back/", papers.cost_back, name="cost_back"),
    path("legal/days/<uuid:pk>/met/", papers.deadline_met, name="deadline_met"),
]
