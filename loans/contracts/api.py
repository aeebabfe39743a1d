"""Loans over the API: who owes by which contract, on what, and when; people and cars masked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access.api_views import ApiList, ApiView, Money, StrictSerializer
from core.encryption.masks import mask_plate, mask_vin
from loans.borrowers.models import ContactPoint
from loans.borrowers.presentation import shown_name
from loans.contracts.models import Loan, LoanParty
from loans.delinquency.models import Instalment, LoanStatus
from loans.delinquency.queries import instalments_of
from loans.vehicles.models import Vehicle


class LoanFilters(StrictSerializer):
    portfolio = serializers.SlugField(required=False, help_text="Code of the portfolio.")
    contract_no = serializers.CharField(required=False, max_length=60)
    status = serializers.ChoiceField(choices=LoanStatus.choices, required=False)
    bucket = serializers.CharField(required=False, max_length=20)


class LoanAnswer(serializers.Serializer[Any]):
    """A loan; what it owes is its position."""

    id = serializers.UUIDField()
    portfolio = serializers.CharField(source="portfolio.code")
    product = serializers.CharField(source="product.code")
    contract_no = serializers.CharField()
    started_on = serializers.DateField()
    principal_amount = Money(help_text="Financed.")
    currency = serializers.CharField(source="portfolio.currency")
    region = serializers.CharField()
    status = serializers.CharField(
        source="position.status", default=None, allow_null=True, help_text="null: not counted yet."
    )
    bucket = serializers.CharField(source="position.bucket", default=None, allow_null=True)


class ContactPointAnswer(serializers.Serializer[Any]):
    """A number or e-mail address of a party, masked."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    place = serializers.CharField(allow_blank=True)
    masked = serializers.CharField()
    is_valid = serializers.SerializerMethodField()

    def get_is_valid(self, point: ContactPoint) -> bool:
        return point.invalid_since is None


class PartyAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="party_id")
    role = serializers.CharField()
    relationship = serializers.CharField()
    name = serializers.SerializerMethodField(help_text="Masked.")
    language = serializers.CharField(source="party.language")
    contact_points = ContactPointAnswer(source="party.contact_points", many=True)

    def get_name(self, row: LoanParty) -> str:
        return shown_name(row.party)


class VehicleAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    description = serializers.CharField(source="__str__")
    plate = serializers.SerializerMethodField(help_text="Masked.")
    vin = serializers.SerializerMethodField(help_text="Masked.")

    def get_plate(self, vehicle: Vehicle) -> str:
        return mask_plate(vehicle.plate) if vehicle.plate else ""

    def get_vin(self, vehicle: Vehicle) -> str:
        return mask_vin(vehicle.vin) if vehicle.vin else ""


class LoanDetailAnswer(LoanAnswer):
    """A loan with its people and cars."""

    parties = PartyAnswer(many=True)
    vehicles = VehicleAnswer(many=True)


class InstalmentAnswer(serializers.Serializer[Any]):
    """One instalment as it stands: what is due, paid and given up, by component."""

    number = serializers.IntegerField()
    kind = serializers.CharField()
    due_on = serializers.DateField()
    principal = Money()
    interest = Money()
    fee = Money()
    penalty = Money()
    paid_amount = serializers.SerializerMethodField()
    relieved_amount = serializers.SerializerMethodField(help_text="Waived or written off.")
    satisfied_on = serializers.DateField(allow_null=True)

    def get_paid_amount(self, row: Instalment) -> str:
        return str(row.paid_principal + row.paid_interest + row.paid_fee + row.paid_penalty)

    def get_relieved_amount(self, row: Instalment) -> str:
        relieved = row.relieved_principal + row.relieved_interest
        return str(relieved + row.relieved_fee + row.relieved_penalty)


class ScheduleAnswer(serializers.Serializer[Any]):
    """All instalments of a loan in the order they fall due."""

    loan = serializers.UUIDField()
    currency = serializers.CharField()
    instalments = InstalmentAnswer(many=True)


class LoanList(ApiList):
    """Loans, the oldest entry first."""

    required_right = "loan.view"
    parameters = LoanFilters
    serializer_class = LoanAnswer

    def get_queryset(self) -> QuerySet[Loan]:
        asked = self.asked
        loans = Loan.objects.visible_to(self.user).select_related(
            "portfolio", "product", "position"
        )
        if "portfolio" in asked:
            loans = loans.filter(portfolio__code=asked["portfolio"])
        if "contract_no" in asked:
            loans = loans.filter(contract_no=asked["contract_no"])
        for name in ("status", "bucket"):
            if name in asked:
                loans = loans.filter(**{f"position__{name}": asked[name]})
        return loans


class LoanDetail(ApiView):
    """One loan with its people and cars, masked."""

    required_right = "loan.view"
    serializer_class = LoanDetailAnswer

    def get(self, request: Request, pk: UUID) -> Response:
        points = ContactPoint.objects.visible_to(self.user).order_by("pk")
        people = (
            LoanParty.objects.visible_to(self.user)
            .select_related("party")
            .prefetch_related(Prefetch("party__contact_points", queryset=points))
            .order_by("pk")
        )
        loans = (
            Loan.objects.visible_to(self.user)
            .select_related("portfolio", "product", "position")
            .prefetch_related(Prefetch("parties", queryset=people), "vehicles")
        )
        return Response(LoanDetailAnswer(get_object_or_404(loans, pk=pk)).data)


class LoanSchedule(ApiView):
    """The instalments of one loan."""

    required_right = "loan.view"
    serializer_class = ScheduleAnswer

    def get(self, request: Request, pk: UUID) -> Response:
        loans = Loan.objects.visible_to(self.user).select_related("portfolio")
        loan = get_object_or_404(loans, pk=pk)
        answer = {
            "loan": loan.pk,
            "currency": loan.portfolio.currency,
            "instalments": instalments_of(loan),
        }
        return Response(ScheduleAnswer(answer).data)


urlpatterns = [
    path("", LoanList.as_view(), name="loans"),
    path("<uuid:pk>/", LoanDetail.as_view(), name="loan"),
    path("<uuid:pk>/schedule/", LoanSchedule.as_view(), name="loan_schedule"),
]
