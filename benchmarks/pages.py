"""The pages that are measured: whose they are, their addresses, and how many queries they may take.

Add a page by adding a line to `pages_of`. Several addresses are asked in turn, so that no figure is
that of one lucky row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import User
from benchmarks.dataset.office import AGENT, MAIN, MANAGER
from benchmarks.dataset.people import id_number_of, phone_of
from collections_app.cases.models import Case
from loans.borrowers.models import Party
from loans.contracts.models import Loan
from loans.vehicles.models import Vehicle

MOST_QUERIES_OF_A_LIST = 12
MOST_QUERIES_OF_A_CASE = 20
_VARIANTS = 20


@dataclass(frozen=True, slots=True)
class Page:
    """One kind of page: e-mail of who looks at it, its addresses, its allowed queries."""

    name: str
    who: str
    addresses: Sequence[str]
    most_queries: int = MOST_QUERIES_OF_A_LIST


def pages_of() -> list[Page]:
    """Returns the pages, addressed with rows of the built book."""
    queue, board = reverse("desk:my_cases"), reverse("reporting:dashboard")
    mine = Case.objects.open().filter(assignee__email=AGENT).order_by("pk")
    cases = [
        reverse("desk:case", args=[pk]) for pk in mine.values_list("pk", flat=True)[:_VARIANTS]
    ]
    return [
        Page("queue, an agent's", AGENT, [queue]),
        Page("queue, all cases", MANAGER, [queue]),
        Page("case", AGENT, cases, MOST_QUERIES_OF_A_CASE),
        *(Page(f"search, {name}", MANAGER, found) for name, found in _searches().items()),
        Page("dashboard", MANAGER, [board]),
    ]


def people() -> dict[str, User]:
    """Returns who looks at the pages, by e-mail."""
    return {user.email: user for user in User.objects.filter(email__in=[AGENT, MANAGER])}


def _searches() -> dict[str, list[str]]:
    """Addresses of searches that find rows, by what is searched for."""
    loans = Loan.objects.filter(portfolio__code=MAIN).order_by("pk")[: 10 * _VARIANTS : 10]
    numbers = [loan.contract_no for loan in loans]
    cars = list(Vehicle.objects.filter(loan__in=[loan.pk for loan in loans]).order_by("pk"))
    parties = list(Party.objects.filter(loans__loan__in=[loan.pk for loan in loans]).order_by("pk"))
    persons = [int(party.customer_no.removeprefix("C")) for party in parties]
    terms = {
        "contract number": numbers,
        "plate": [car.plate for car in cars],
        "VIN": [car.vin for car in cars],
        "phone": [phone_of(person, is_side=False) for person in persons],
        "id number": [id_number_of(person, is_side=False) for person in persons],
        "name": [party.full_name for party in parties],
        "two characters": [party.full_name[:2] for party in parties],
    }
    search = reverse("desk:search")
    return {
        name: [f"{search}?{urlencode({'q': term})}" for term in found]
        for name, found in terms.items()
    }
