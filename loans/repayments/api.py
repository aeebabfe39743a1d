"""Repayments over the API: money received, settled, returned and taken back; each act once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access.api_views import ApiList, ApiView, Instant, Money, StrictSerializer
from accounts.models import User
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio
from loans.portfolios.refusals import Refused
from loans.repayments.models import Repayment, RepaymentKind, RepaymentState
from loans.repayments.queries import StandingRepayment, standing
from loans.repayments.recording import record_repayments
from loans.repayments.rows import RepaymentRow
from loans.repayments.services import (
    record_repayment,
    return_repayment,
    reverse,
    settle_repayment,
)

MOST_AT_ONCE = 500
_ARRIVING = [RepaymentState.PENDING.value, RepaymentState.SETTLED.value]


class RepaymentFilters(StrictSerializer):
    portfolio = serializers.SlugField(required=False, help_text="Code of the portfolio.")
    contract_no = serializers.CharField(required=False, max_length=60)
    loan = serializers.UUIDField(required=False)
    external_ref = serializers.CharField(required=False, max_length=80)
    value_on_from = serializers.DateField(required=False)
    value_on_to = serializers.DateField(required=False, help_text="Included.")


class MoneyReceived(StrictSerializer):
    """A repayment of one contract."""

    contract_no = serializers.CharField(max_length=60)
    amount = Money(min_value=Decimal("0.01"), help_text="A string with at most two decimals.")
    value_on = serializers.DateField(help_text="The day it counts from.")
    external_ref = serializers.CharField(
        max_length=80, help_text="The payment's own number; on one loan it is booked once."
    )
    kind = serializers.ChoiceField(choices=RepaymentKind.choices, default="regular")
    state = serializers.ChoiceField(choices=_ARRIVING, default="settled")
    method = serializers.CharField(max_length=40, default="", allow_blank=True)


class RepaymentBody(MoneyReceived):
    portfolio = serializers.SlugField(help_text="Code of the portfolio.")


class RepaymentsBody(StrictSerializer):
    """Up to 500 repayments of one portfolio: all are booked or none."""

    portfolio = serializers.SlugField(help_text="Code of the portfolio.")
    repayments = serializers.ListField(child=MoneyReceived(), min_length=1, max_length=MOST_AT_ONCE)


class FateBody(StrictSerializer):
    value_on = serializers.DateField(help_text="The day it counts from.")
    reason = serializers.CharField(max_length=200, default="", allow_blank=True)


class ReversalBody(StrictSerializer):
    value_on = serializers.DateField(required=False, help_text="Else the books' day.")
    reason = serializers.CharField(max_length=200)


class RepaymentAnswer(serializers.Serializer[Any]):
    """Money received, and how it stands now."""

    id = serializers.IntegerField()
    loan = serializers.UUIDField(source="loan_id")
    contract_no = serializers.CharField()
    portfolio = serializers.CharField()
    currency = serializers.CharField()
    amount = Money()
    value_on = serializers.DateField()
    kind = serializers.CharField()
    method = serializers.CharField()
    external_ref = serializers.CharField()
    state = serializers.CharField(help_text="pending, settled or returned.")
    is_reversed = serializers.BooleanField(help_text="Taken back, as if it had never been.")
    known_at = Instant()


class RecordedAnswer(serializers.Serializer[Any]):
    """What a bulk write did."""

    recorded = serializers.IntegerField()
    already_known = serializers.IntegerField()
    repayments = RepaymentAnswer(many=True)


def _repayments(user: User) -> QuerySet[Repayment]:
    return Repayment.objects.visible_to(user).select_related("loan__portfolio")


def _answers(repayments: Any) -> list[StandingRepayment]:
    return standing(repayments=list(repayments))


class RepaymentList(ApiList):
    """Repayments in the order they became known; POST books one."""

    required_right = "loan.view"
    required_rights: ClassVar[dict[str, str]] = {"POST": "repayment.post"}
    serializer_class = RepaymentAnswer

    @property
    def parameters(self) -> type[StrictSerializer]:  # type: ignore[override]
        return StrictSerializer if self.request.method == "POST" else RepaymentFilters

    def get_queryset(self) -> QuerySet[Repayment]:
        asked = self.asked
        columns = {
            "portfolio": "loan__portfolio__code",
            "contract_no": "loan__contract_no",
            "loan": "loan_id",
            "external_ref": "external_ref",
            "value_on_from": "value_on__gte",
            "value_on_to": "value_on__lte",
        }
        return _repayments(self.user).filter(
            **{column: asked[name] for name, column in columns.items() if name in asked}
        )

    def present(self, rows: Any) -> list[StandingRepayment]:
        return _answers(rows)

    @extend_schema(request=RepaymentBody, responses={201: RepaymentAnswer})
    def post(self, request: Request) -> Response:
        """Books one repayment; the loan is counted anew at once."""
        body = self.body(RepaymentBody)
        loan = _loan(self.user, body.pop("portfolio"), body.pop("contract_no"))

        def book() -> Any:
            made = record_repayment(loan=loan, by=self.actor, **body)
            return RepaymentAnswer(_answers(_repayments(self.user).filter(pk=made.pk))[0]).data

        return self.write_once(book)


class RepaymentBulk(ApiView):
    """Books many repayments of one portfolio in one act."""

    required_right = "repayment.post"
    serializer_class = RecordedAnswer

    @extend_schema(request=RepaymentsBody, responses={201: RecordedAnswer})
    def post(self, request: Request) -> Response:
        """All rows are booked or none; a wrong one is named. Known references are passed over."""
        body = self.body(RepaymentsBody)
        portfolio = _portfolio(self.user, body["portfolio"])
        rows = [RepaymentRow(**row) for row in body["repayments"]]

        def book() -> Any:
            counts = record_repayments(portfolio=portfolio, rows=rows, by=self.actor)
            made = _repayments(self.user).filter(
                loan__portfolio=portfolio,
                loan__contract_no__in={row.contract_no for row in rows},
                external_ref__in={row.external_ref for row in rows},
            )
            wanted = {(row.contract_no, row.external_ref) for row in rows}
            answers = [
                answer
                for answer in _answers(made.order_by("pk"))
                if (answer.contract_no, answer.external_ref) in wanted
            ]
            return RecordedAnswer(
                {
                    "recorded": counts.recorded,
                    "already_known": counts.already_known,
                    "repayments": answers,
                }
            ).data

        return self.write_once(book)


class RepaymentDetail(ApiView):
    """One repayment as it stands now."""

    required_right = "loan.view"
    serializer_class = RepaymentAnswer

    def get(self, request: Request, pk: int) -> Response:
        found = get_object_or_404(_repayments(self.user), pk=pk)
        return Response(RepaymentAnswer(_answers([found])[0]).data)


class RepaymentFate(ApiView):
    """Notes what became of a repayment; the loan is counted anew at once."""

    required_right = "repayment.post"
    serializer_class = RepaymentAnswer
    #: settle, return or reverse: set by the address.
    act = ""

    def post(self, request: Request, pk: int) -> Response:
        body = self.body(ReversalBody if self.act == "reverse" else FateBody)
        repayment = get_object_or_404(_repayments(self.user), pk=pk)

        def note() -> Any:
            if self.act == "reverse":
                reverse(fact=repayment, by=self.actor, **body)
            elif self.act == "return":
                return_repayment(repayment=repayment, by=self.actor, **body)
            else:
                settle_repayment(repayment=repayment, by=self.actor, **body)
            return RepaymentAnswer(_answers(_repayments(self.user).filter(pk=pk))[0]).data

        return self.write_once(note, status=200)


@extend_schema(request=FateBody, responses={200: RepaymentAnswer})
class RepaymentSettle(RepaymentFate):
    """A pending repayment has settled."""

    act = "settle"


@extend_schema(request=FateBody, responses={200: RepaymentAnswer})
class RepaymentReturn(RepaymentFate):
    """A repayment came back: bounced, or charged back by the payer's bank."""

    act = "return"


@extend_schema(request=ReversalBody, responses={200: RepaymentAnswer})
class RepaymentReverse(RepaymentFate):
    """A repayment was booked in error: it is taken back as if it had never been."""

    act = "reverse"


class LoanRepaymentsAnswer(serializers.Serializer[Any]):
    loan = serializers.UUIDField()
    repayments = RepaymentAnswer(many=True)


class LoanRepayments(ApiView):
    """All repayments of one loan, the latest first."""

    required_right = "loan.view"
    serializer_class = LoanRepaymentsAnswer

    def get(self, request: Request, pk: UUID) -> Response:
        loan = get_object_or_404(Loan.objects.visible_to(self.user), pk=pk)
        rows = _repayments(self.user).filter(loan=loan).order_by("-value_on", "-pk")
        answer = {"loan": loan.pk, "repayments": _answers(rows)}
        return Response(LoanRepaymentsAnswer(answer).data)


def _portfolio(user: User, code: str) -> Portfolio:
    found = Portfolio.objects.visible_to(user).filter(code=code).first()
    if found is None:
        raise Refused("portfolio_unknown", f"There is no portfolio {code} for this token.")
    return found


def _loan(user: User, portfolio: str, contract_no: str) -> Loan:
    of = _portfolio(user, portfolio)
    found = Loan.objects.visible_to(user).filter(portfolio=of, contract_no=contract_no).first()
    if found is None:
        raise Refused(
            "contract_unknown",
            f"There is no contract {contract_no} in {portfolio}; bring its loan in first.",
        )
    return found


urlpatterns = [
    path("", RepaymentList.as_view(), name="repayments"),
    path("bulk/", RepaymentBulk.as_view(), name="repayments_bulk"),
    path("<int:pk>/", RepaymentDetail.as_view(), name="repayment"),
    path("<int:pk>/settle/", RepaymentSettle.as_view(), name="repayment_settle"),
    path("<int:pk>/return/", RepaymentReturn.as_view(), name="repayment_return"),
    path("<int:pk>/reverse/", RepaymentReverse.as_view(), name="repayment_reverse"),
]
loan_urlpatterns = [
    path("<uuid:pk>/repayments/", LoanRepayments.as_view(), name="loan_repayments"),
]
