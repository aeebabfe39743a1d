"""The contact ledger over the API, to read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access.api_views import ApiList, ApiView, Instant, StrictSerializer
from compliance.attempts.models import Attempt, AttemptChannel, Direction
from compliance.attempts.queries import with_outcome


class AttemptFilters(StrictSerializer):
    portfolio = serializers.SlugField(required=False, help_text="Code of the portfolio.")
    loan = serializers.UUIDField(required=False)
    party = serializers.UUIDField(required=False)
    channel = serializers.ChoiceField(choices=AttemptChannel.choices, required=False)
    direction = serializers.ChoiceField(choices=Direction.choices, required=False)
    at_from = Instant(required=False)
    at_before = Instant(required=False)


class AttemptAnswer(serializers.Serializer[Any]):
    """One contact, made or about to be made."""

    id = serializers.UUIDField()
    portfolio = serializers.CharField(source="portfolio.code")
    party = serializers.UUIDField(source="party_id")
    loans = serializers.SerializerMethodField()
    channel = serializers.CharField()
    direction = serializers.CharField()
    contact_point = serializers.CharField(
        source="contact_point.masked", default=None, allow_null=True, help_text="Masked."
    )
    at = Instant()
    outcome = serializers.CharField(allow_null=True, help_text="null: not settled yet.")
    is_unsanctioned = serializers.BooleanField()
    is_history = serializers.BooleanField(help_text="Made before this system was used.")
    made_by = serializers.CharField()

    def get_loans(self, attempt: Attempt) -> list[UUID]:
        return [row.loan_id for row in attempt.about.all()]


def attempts_of(view: ApiView) -> QuerySet[Attempt]:
    """The contacts of the caller's portfolios, as `AttemptAnswer` reads them."""
    attempts = with_outcome(Attempt.objects.visible_to(view.user))
    return attempts.select_related("portfolio", "contact_point").prefetch_related("about")


class AttemptList(ApiList):
    """Contacts, the first recorded first."""

    required_right = "contact.view"
    parameters = AttemptFilters
    serializer_class = AttemptAnswer

    def get_queryset(self) -> QuerySet[Attempt]:
        columns = {
            "portfolio": "portfolio__code",
            "loan": "about__loan_id",
            "party": "party_id",
            "channel": "channel",
            "direction": "direction",
            "at_from": "at__gte",
            "at_before": "at__lt",
        }
        asked = self.asked
        return attempts_of(self).filter(
            **{column: asked[name] for name, column in columns.items() if name in asked}
        )


class AttemptDetail(ApiView):
    """One contact."""

    required_right = "contact.view"
    serializer_class = AttemptAnswer

    def get(self, request: Request, pk: UUID) -> Response:
        return Response(AttemptAnswer(get_object_or_404(attempts_of(self), pk=pk)).data)
