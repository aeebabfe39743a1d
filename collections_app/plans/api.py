"""Plans over the API, to read: what was agreed about which loan, and how it stands."""

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
from collections_app.plans.models import Plan, PlanKind, PlanState
from collections_app.promises.models import PromiseState


class PlanFilters(StrictSerializer):
    portfolio = serializers.SlugField(required=False, help_text="Code of the portfolio.")
    contract_no = serializers.CharField(required=False, max_length=60)
    loan = serializers.UUIDField(required=False)
    kind = serializers.ChoiceField(choices=PlanKind.choices, required=False)
    state = serializers.ChoiceField(choices=PlanState.choices, required=False)


class PlanInstalmentAnswer(serializers.Serializer[Any]):
    """One instalment; its state is null until the plan is agreed."""

    number = serializers.IntegerField()
    due_on = serializers.DateField()
    amount = Money()
    state = serializers.ChoiceField(
        choices=PromiseState.choices, source="promise.state", default=None, allow_null=True
    )
    received_amount = Money(source="promise.received_amount", default=None, allow_null=True)


class PlanAnswer(serializers.Serializer[Any]):
    """One plan for one loan."""

    id = serializers.UUIDField()
    loan = serializers.UUIDField(source="loan_id")
    contract_no = serializers.CharField(source="loan.contract_no")
    portfolio = serializers.CharField(source="loan.portfolio.code")
    party = serializers.UUIDField(source="party_id")
    kind = serializers.ChoiceField(choices=PlanKind.choices)
    state = serializers.ChoiceField(choices=PlanState.choices)
    total_amount = Money()
    given_up_amount = Money()
    months = serializers.IntegerField()
    currency = serializers.CharField(source="loan.portfolio.currency")
    proposed_at = Instant()
    agreed_at = Instant(allow_null=True)
    ended_on = serializers.DateField(allow_null=True)
    is_early = serializers.BooleanField()
    instalments = PlanInstalmentAnswer(many=True)


def _plans(view: ApiView) -> QuerySet[Plan]:
    plans = Plan.objects.visible_to(view.user).select_related("loan__portfolio")
    return plans.prefetch_related("instalments__promise")


class PlanList(ApiList):
    """Plans, the first proposed first."""

    required_right = "plan.view"
    parameters = PlanFilters
    serializer_class = PlanAnswer

    def get_queryset(self) -> QuerySet[Plan]:
        columns = {
            "portfolio": "loan__portfolio__code",
            "contract_no": "loan__contract_no",
            "loan": "loan_id",
            "kind": "kind",
            "state": "state",
        }
        asked = self.asked
        return _plans(self).filter(
            **{column: asked[name] for name, column in columns.items() if name in asked}
        )


class PlanDetail(ApiView):
    """One plan."""

    required_right = "plan.view"
    serializer_class = PlanAnswer

    def get(self, request: Request, pk: UUID) -> Response:
        return Response(PlanAnswer(get_object_or_404(_plans(self), pk=pk)).data)


urlpatterns = [
    path("", PlanList.as_view(), name="plans"),
    path("<uuid:pk>/", PlanDetail.as_view(), name="plan"),
]
