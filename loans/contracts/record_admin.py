"""Admin of rows that belong to a loan: found by its whole contract number."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access.model_admin import RecordAdmin
from core.audit.record_lists import holding
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio


class LoanRecordAdmin(RecordAdmin):
    """Finds rows by contract number, or by one of `found_by`, each by an index of its own."""

    #: The way from a row to its loan; "pk" where the row is the loan.
    loan_path: ClassVar[str] = "loan"
    list_select_related: ClassVar[Any] = ("loan",)
    search_help_text = _("Type a whole contract number: parts of one are not searched.")

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return (self.loan_path, *self.found_by)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        value = search_term.strip()
        if not value:
            return queryset, False
        of_loan = Q(**{f"{self.loan_path}__in": loans_numbered(request, value)})
        return queryset.filter(
            of_loan | holding(self.model, fields=self.found_by, value=value)
        ), False


def loans_numbered(request: HttpRequest, contract_no: str) -> list[Any]:
    """Returns the keys of the loans with this contract number that the reader may see."""
    # The few portfolios first: they lead the index that holds the numbers.
    portfolios = list(Portfolio.objects.visible_to(request.user).values_list("pk", flat=True))
    loans = Loan.objects.visible_to(request.user).filter(
        portfolio__in=portfolios, contract_no=contract_no
    )
    return list(loans.order_by().values_list("pk", flat=True))
