"""Positions over the API: now, on any date, as known at any moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access.api_problems import Problem
from accounts.access.api_views import ApiList, ApiView, Instant, Money, StrictSerializer
from loans.delinquency.models import LoanStatus, Position
from loans.delinquency.positions_at import (
    StatedAt,
    replayed_positions,
    stored_positions,
    with_accelerations,
)


class PositionTime(StrictSerializer):
    as_of = serializers.DateField(
        required=False,
        help_text="The position at the end of this day; without it, of the books' day.",
    )
    known_at = Instant(
        required=False, help_text="Only facts known by this moment count; needs as_of."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "known_at" in attrs and "as_of" not in attrs:
            raise serializers.ValidationError({"known_at": "Say as_of, the day, as well."})
        return attrs


class PositionFilters(PositionTime):
    portfolio = serializers.SlugField(required=False, help_text="Code of the portfolio.")
    contract_no = serializers.CharField(required=False, max_length=60)
    status = serializers.ChoiceField(
        choices=LoanStatus.choices, required=False, help_text="As it is now, also with as_of."
    )
    bucket = serializers.CharField(
        required=False, max_length=20, help_text="As it is now, also with as_of."
    )


class AmountsAnswer(serializers.Serializer[Any]):
    principal = Money()
    interest = Money()
    fee = Money()
    penalty = Money()
    total = Money()


class PositionAnswer(serializers.Serializer[Any]):
    """What a loan owes at the end of a day."""

    loan = serializers.UUIDField()
    contract_no = serializers.CharField()
    portfolio = serializers.CharField()
    currency = serializers.CharField()
    as_of = serializers.DateField()
    known_at = Instant(allow_null=True, help_text="null: by all that is known.")
    status = serializers.CharField()
    days_past_due = serializers.IntegerField()
    bucket = serializers.CharField()
    oldest_unpaid_due_on = serializers.DateField(allow_null=True)
    overdue = AmountsAnswer()
    outstanding_principal = Money()
    outstanding_amount = Money(help_text="All that is still to be paid by the schedule.")
    overpaid_amount = Money()
    pending_amount = Money(help_text="Received, not settled yet; does not count.")
    next_due_on = serializers.DateField(allow_null=True)
    next_due_amount = Money()
    last_repayment_on = serializers.DateField(allow_null=True)
    last_repayment_amount = Money(allow_null=True)
    accelerated_on = serializers.DateField(
        allow_null=True,
        help_text="The whole loan is due from this day on; days past due stay the contract's.",
    )
    accelerated_amount = Money(
        allow_null=True, help_text="What was called due, as the declaration states it."
    )


def _positions(view: ApiView) -> QuerySet[Position]:
    return Position.objects.visible_to(view.user).select_related("loan", "portfolio")


def _at(positions: Sequence[Position], asked: dict[str, Any]) -> list[StatedAt]:
    as_of, known_at = asked.get("as_of"), asked.get("known_at")
    if as_of is None:
        states = stored_positions(positions)
    else:
        states = replayed_positions(positions=positions, as_of=as_of, known_at=known_at)
    return with_accelerations(states, as_of=as_of, known_at=known_at)


class PositionList(ApiList):
    """Positions of many loans; with as_of, of those that had begun and whose books got so far."""

    required_right = "loan.view"
    parameters = PositionFilters
    serializer_class = PositionAnswer
    page_key = "loan_id"

    def get_queryset(self) -> QuerySet[Position]:
        asked = self.asked
        positions = _positions(self)
        if "portfolio" in asked:
            positions = positions.filter(portfolio__code=asked["portfolio"])
        if "contract_no" in asked:
            positions = positions.filter(loan__contract_no=asked["contract_no"])
        for name in ("status", "bucket"):
            if name in asked:
                positions = positions.filter(**{name: asked[name]})
        if "as_of" in asked:
            day = asked["as_of"]
            positions = positions.filter(
                loan__started_on__lte=day, portfolio__business_date__gte=day
            )
        return positions

    def present(self, rows: Any) -> list[StatedAt]:
        return _at(rows, self.asked)


class LoanPosition(ApiView):
    """What one loan owes now, or owed on a day by what was known at a moment."""

    required_right = "loan.view"
    parameters = PositionTime
    serializer_class = PositionAnswer

    def get(self, request: Request, pk: UUID) -> Response:
        position = get_object_or_404(_positions(self), pk=pk)
        day, begun = self.asked.get("as_of"), position.loan.started_on
        if day is not None and not begun <= day <= position.portfolio.business_date:
            sentence = f"Choose a day from {begun} to {position.portfolio.business_date}."
            errors = [{"parameter": "as_of", "code": "out_of_range", "detail": sentence}]
            raise Problem("invalid-parameter", sentence, errors)
        return Response(PositionAnswer(_at([position], self.asked)[0]).data)


urlpatterns = [path("", PositionList.as_view(), name="positions")]
loan_urlpatterns = [path("<uuid:pk>/position/", LoanPosition.as_view(), name="loan_position")]
