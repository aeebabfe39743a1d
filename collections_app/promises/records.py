"""What came of promises, by who took them: in count and in money, never by who holds the case."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum

from accounts.models import User
from collections_app.promises.flow import PromiseState
from collections_app.promises.models import Promise
from loans.portfolios.models import Portfolio


@dataclass(frozen=True, slots=True)
class TakerRecord:
    """One person's promises in one currency; `kept_amount` is of each at most what was promised."""

    taker_id: str
    taker: str
    currency: str
    judged: int
    kept: int
    promised_amount: Decimal
    kept_amount: Decimal

    @property
    def kept_rate(self) -> Decimal | None:
        """Promises kept / promises judged or taken back near their day."""
        return Decimal(self.kept) / self.judged if self.judged else None

    @property
    def kept_money_rate(self) -> Decimal | None:
        """Money kept / money promised."""
        return self.kept_amount / self.promised_amount if self.promised_amount else None


def record_of_taker(taker_id: str, *, user: User) -> tuple[int, int]:
    """Returns how many promises somebody took were kept, and how many are in the kept rate.

    All they took in the portfolios the user sees, whoever holds the cases: a record made of some
    of them would be another person's. One query. Source: glossary, promise quality.
    """
    counted = (
        Promise.objects.in_rate()
        .filter(taken_by_id=taker_id, loan__portfolio__in=Portfolio.objects.visible_to(user))
        .aggregate(kept=Count("pk", filter=Q(state=PromiseState.KEPT)), judged=Count("pk"))
    )
    return counted["kept"], counted["judged"]


def taker_records(promises: QuerySet[Promise]) -> list[TakerRecord]:
    """Returns the record of everybody who took one of the promises, by name. One query.

    Promises that are open, or were taken back early, are in neither side of it. Source: glossary,
    kept rate; promise quality.
    """
    rows = (
        promises.filter(pk__in=Promise.objects.in_rate().values("pk"))
        .order_by()
        .values("taken_by_id", "taken_by", currency=F("loan__portfolio__currency"))
        .annotate(
            judged=Count("pk"),
            kept=Count("pk", filter=Q(state=PromiseState.KEPT)),
            promised=Sum("amount"),
            received=Sum("received_amount"),
        )
        .order_by("taken_by", "taken_by_id", "currency")
    )
    return [
        TakerRecord(
            taker_id=row["taken_by_id"],
            taker=row["taken_by"],
            currency=row["currency"],
            judged=row["judged"],
            kept=row["kept"],
            promised_amount=row["promised"],
            kept_amount=row["received"],
        )
        for row in rows
    ]
