"""Proceedings over the API, to read: where each stands, and the days that are due."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access.api_views import ApiList, ApiView, Instant, Money, StrictSerializer
from collections_app.legal.flow import ProceedingKind, Stage
from collections_app.legal.models import LegalDeadline, Proceeding


class ProceedingFilters(StrictSerializer):
    portfolio = serializers.SlugField(required=False, help_text="Code of the portfolio.")
    contract_no = serializers.CharField(required=False, max_length=60)
    case = serializers.UUIDField(required=False)
    kind = serializers.ChoiceField(choices=ProceedingKind.choices, required=False)
    stage = serializers.ChoiceField(choices=Stage.choices, required=False)


class DeadlineAnswer(serializers.Serializer[Any]):
    """One day that is due and not met."""

    what = serializers.CharField(source="code")
    due_on = serializers.DateField()
    due_at = Instant(allow_null=True)
    is_hard = serializers.BooleanField()
    whose = serializers.CharField()
    citation = serializers.CharField()
    is_provisional = serializers.BooleanField()


class ProceedingAnswer(serializers.Serializer[Any]):
    """One way through a court or tribunal on a case."""

    id = serializers.UUIDField()
    number = serializers.CharField(source="label")
    case = serializers.UUIDField(source="case_id")
    contract_no = serializers.CharField(source="case.loan.contract_no")
    portfolio = serializers.CharField(source="case.portfolio.code")
    kind = serializers.CharField()
    stage = serializers.CharField()
    stage_since = serializers.DateField()
    court = serializers.CharField()
    case_number = serializers.CharField()
    claim_amount = Money(allow_null=True)
    claim_as_of = serializers.DateField(allow_null=True)
    currency = serializers.CharField(source="case.portfolio.currency")
    ending = serializers.CharField()
    opened_at = Instant()
    deadlines = DeadlineAnswer(many=True, source="open_deadlines")


def _proceedings(view: ApiView) -> QuerySet[Proceeding]:
    due = LegalDeadline.objects.visible_to(view.user).open().order_by("due_on", "pk")
    rows = Proceeding.objects.visible_to(view.user).select_related("case__loan", "case__portfolio")
    return rows.prefetch_related(Prefetch("deadlines", queryset=due, to_attr="open_deadlines"))


class ProceedingList(ApiList):
    """Proceedings, the first opened first."""

    required_right = "legal.view"
    parameters = ProceedingFilters
    serializer_class = ProceedingAnswer

    def get_queryset(self) -> QuerySet[Proceeding]:
        columns = {
            "portfolio": "case__portfolio__code",
            "contract_no": "case__loan__contract_no",
            "case": "case_id",
            "kind": "kind",
            "stage": "stage",
        }
        asked = self.asked
        return _proceedings(self).filter(
            **{column: asked[name] for name, column in columns.items() if name in asked}
        )


class ProceedingDetail(ApiView):
    """One of them."""

    required_right = "legal.view"
    serializer_class = ProceedingAnswer

    def get(self, request: Request, pk: UUID) -> Response:
        return Response(ProceedingAnswer(get_object_or_404(_proceedings(self), pk=pk)).data)


urlpatterns = [
    path("", ProceedingList.as_view(), name="proceedings"),
    path("<uuid:pk>/", ProceedingDetail.as_view(), name="proceeding"),
]
