"""Admin of rows that belong to a party: found by its whole customer number."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access.model_admin import RecordAdmin
from loans.borrowers.models import Party
from loans.portfolios.models import Portfolio


class PartyRecordAdmin(RecordAdmin):
    """Finds rows by customer number; lists may show the number of the party."""

    #: The way from a row to its party; "pk" where the row is the party.
    party_path: ClassVar[str] = "party"
    search_help_text = _("Type a whole customer number: parts of one are not searched.")

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return (self.party_path,)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        value = search_term.strip()
        if not value:
            return queryset, False
        return queryset.filter(
            Q(**{f"{self.party_path}__in": parties_numbered(request, value)})
        ), False

    @admin.display(description=_("customer number"))
    def party_number(self, row: Any) -> str:
        """The party's number, for lists that select it along."""
        return str(row.party.customer_no)


def parties_numbered(request: HttpRequest, customer_no: str) -> list[Any]:
    """Returns the keys of the parties with this number that the reader may see."""
    # The few number spaces first: they lead the index that holds the numbers.
    spaces = set(
        Portfolio.objects.visible_to(request.user).values_list("customer_namespace", flat=True)
    )
    parties = Party.objects.visible_to(request.user).filter(
        namespace__in=spaces, customer_no=customer_no
    )
    return list(parties.order_by().values_list("pk", flat=True))
