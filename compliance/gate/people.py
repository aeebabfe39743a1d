"""Who stands in which role to the loans asked about, and in which portfolios these are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection

from compliance.gate.facts import ContactRequest
from loans.contracts.models import LoanParty, PartyRole
from loans.portfolios.models import Ledger

#: The feed that says whether money has come in; contact about payment waits for it.
REPAYMENT_FEED = "repayments"

#: How lenders' files write what a reference is to the debtor, in the word that rules use.
_RELATIONSHIPS: Final = {
    **dict.fromkeys(("spouse", "husband", "wife", "配偶", "丈夫", "妻子", "夫妻"), "spouse"),
    **dict.fromkeys(("parent", "father", "mother", "父母", "父亲", "母亲"), "parent"),
    **dict.fromkeys(("child", "son", "daughter", "子女", "儿子", "女儿"), "child"),
    **dict.fromkeys(("sibling", "brother", "sister", "兄弟姐妹"), "sibling"),
    **dict.fromkeys(("friend", "朋友"), "friend"),
    **dict.fromkeys(("colleague", "同事"), "colleague"),
}


#: The columns of a portfolio in the order of `PortfolioFact`.
_SQL: Final = """
SELECT role.loan_id, role.party_id, role.role, role.relationship, portfolio.id, portfolio.code,
    portfolio.ledger, portfolio.time_zone, portfolio.business_date, portfolio.feed_limit_days,
    portfolio.rule_packs, portfolio.contacts_known_from, feed.through_on
FROM loans_loanparty AS role
JOIN loans_loan AS loan ON loan.id = role.loan_id
JOIN loans_portfolio AS portfolio ON portfolio.id = loan.portfolio_id
LEFT JOIN loans_feedwatermark AS feed
    ON feed.portfolio_id = portfolio.id AND feed.feed = %(feed)s
WHERE role.loan_id = ANY(%(loans)s::uuid[])
ORDER BY role.id
"""


class PortfolioFact(NamedTuple):
    """What the rules need of a portfolio; `fed_through`: until when its repayments are complete."""

    pk: UUID
    code: str
    ledger: str
    time_zone: str
    business_date: date
    feed_limit_days: int
    rule_packs: list[str]
    contacts_known_from: date | None
    fed_through: date | None


@dataclass(slots=True)
class Signatories:
    """Roles and relationships by loan and person, and the portfolio of each loan."""

    roles: dict[tuple[UUID, UUID], list[str]] = field(default_factory=lambda: defaultdict(list))
    relationships: dict[tuple[UUID, UUID], str] = field(default_factory=dict)
    of_loan: dict[UUID, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    borrowers: dict[UUID, UUID] = field(default_factory=dict)
    portfolio_of: dict[UUID, UUID] = field(default_factory=dict)
    portfolios: dict[UUID, PortfolioFact] = field(default_factory=dict)

    def role_of(self, request: ContactRequest) -> str:
        """Returns the role that binds the person most, of those on the loans asked about.

        Raises LoanParty.DoesNotExist when the person has none on one of them.
        """
        roles = [self.roles.get((loan, request.party_id), []) for loan in request.loan_ids]
        if not roles or not all(roles):
            raise LoanParty.DoesNotExist("The person is no party of these loans.")
        return min(role for found in roles for role in found)

    def relationship_of(self, request: ContactRequest) -> str:
        """Returns what the person is to the debtor, in the word that rules use."""
        for loan_id in request.loan_ids:
            if found := self.relationships.get((loan_id, request.party_id), ""):
                return _RELATIONSHIPS.get(found.strip().casefold(), found.strip().casefold())
        return ""

    def people_on(self, loan_ids: Iterable[UUID]) -> set[UUID]:
        """Returns everybody who stands in a role to one of the loans."""
        return {party_id for loan_id in loan_ids for party_id in self.of_loan.get(loan_id, ())}

    def portfolios_of(self, request: ContactRequest) -> list[PortfolioFact]:
        """Returns the portfolios of the loans, in the order of the loans."""
        pks = dict.fromkeys(self.portfolio_of[loan_id] for loan_id in request.loan_ids)
        return [self.portfolios[pk] for pk in pks]


def read_signatories(loan_ids: Collection[UUID]) -> Signatories:
    """Reads who stands in which role to loans, and the portfolios of these. One query."""
    found = Signatories()
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"loans": list(loan_ids), "feed": REPAYMENT_FEED})
        rows = cursor.fetchall()
    for loan_id, party_id, role, relationship, *portfolio in rows:
        found.roles[loan_id, party_id].append(role)
        found.of_loan[loan_id].append(party_id)
        found.portfolio_of[loan_id] = portfolio[0]
        if portfolio[0] not in found.portfolios:
            found.portfolios[portfolio[0]] = PortfolioFact(*portfolio)
        if relationship:
            found.relationships.setdefault((loan_id, party_id), relationship)
        if role == PartyRole.BORROWER:
            found.borrowers[loan_id] = party_id
    return found


def feeds_of(portfolios: Iterable[PortfolioFact]) -> tuple[tuple[tuple[str, date], ...], bool]:
    """Feeds older than their portfolio's limit, and whether one never came.

    Only a ledger kept elsewhere depends on a feed.
    """
    external = [portfolio for portfolio in portfolios if portfolio.ledger == Ledger.EXTERNAL]
    stale = tuple(
        (f"{portfolio.code} {REPAYMENT_FEED}", portfolio.fed_through)
        for portfolio in external
        if portfolio.fed_through is not None
        and portfolio.fed_through
        < portfolio.business_date - timedelta(days=portfolio.feed_limit_days)
    )
    return stale, any(portfolio.fed_through is None for portfolio in external)
