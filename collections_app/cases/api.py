"""Cases over the API: which loans are worked, by whom, and what comes next."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access.api_views import ApiList, ApiView, Instant, Money, StrictSerializer
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from loans.delinquency.queries import days_past_due


class CaseFilters(StrictSerializer):
    portfolio = serializers.SlugField(required=False, help_text="Code of the portfolio.")
    contract_no = serializers.CharField(required=False, max_length=60)
    loan = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(choices=CaseState.choices, required=False)
    bucket = serializers.CharField(required=False, max_length=20)
    assignee = serializers.UUIDField(required=False)


class NextStepAnswer(serializers.Serializer[Any]):
    kind = serializers.CharField(source="next_step")
    due_at = Instant(source="next_step_at", allow_null=True)


class CaseAnswer(serializers.Serializer[Any]):
    """One loan's one delinquency episode."""

    id = serializers.UUIDField()
    loan = serializers.UUIDField(source="loan_id")
    contract_no = serializers.CharField(source="loan.contract_no")
    portfolio = serializers.CharField(source="portfolio.code")
    borrower = serializers.UUIDField(source="borrower_id", help_text="Id of the party.")
    state = serializers.CharField()
    opened_on = serializers.DateField()
    closed_on = serializers.DateField(allow_null=True)
    close_reason = serializers.CharField()
    team = serializers.CharField(source="team.name", default=None, allow_null=True)
    assignee = serializers.UUIDField(source="assignee_id", allow_null=True)
    assigned_at = Instant(allow_null=True)
    next_step = NextStepAnswer(source="*")
    last_contact_at = Instant(allow_null=True)
    days_past_due = serializers.SerializerMethodField()
    bucket = serializers.CharField(source="loan.position.bucket")
    past_due_amount = Money(source="loan.position.overdue_amount")
    currency = serializers.CharField(source="portfolio.currency")

    def get_days_past_due(self, case: Case) -> int:
        return days_past_due(
            case.loan.position,
            case.portfolio.business_date,
            due_day_counts=case.portfolio.due_day_counts,
        )


def _cases(view: ApiView) -> QuerySet[Case]:
    cases = Case.objects.visible_to(view.user).with_last_contact()
    return cases.select_related("loan__position", "portfolio", "team")


class CaseList(ApiList):
    """Cases, the first opened first. A token needs `case.view_all` to see any but its own."""

    required_right = "case.view"
    parameters = CaseFilters
    serializer_class = CaseAnswer

    def get_queryset(self) -> QuerySet[Case]:
        columns = {
            "portfolio": "portfolio__code",
            "contract_no": "loan__contract_no",
            "loan": "loan_id",
            "state": "state",
            "bucket": "loan__position__bucket",
            "assignee": "assignee_id",
        }
        asked = self.asked
        return _cases(self).filter(
            **{column: asked[name] for name, column in columns.items() if name in asked}
        )


class CaseDetail(ApiView):
    """One case."""

    required_right = "case.view"
    serializer_class = CaseAnswer

    def get(self, request: Request, pk: UUID) -> Response:
        return Response(CaseAnswer(get_object_or_404(_cases(self), pk=pk)).data)


urlpatterns = [
    path("", CaseList.as_view(), name="cases"),
    path("<uuid:pk>/", CaseDetail.as_view(), name="case"),
]
