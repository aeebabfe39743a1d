"""Reads of holds: in force or over, and how many waiting messages each keeps back."""

from __future__ import annotations

from django.db.models import (
    Case,
    Count,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat

from accounts.models import User
from core import clock
from loans.borrowers.models import Party
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio
from notifications.outbox.models import Message, MessageHold


def holds_of(*, user: User, is_over: bool) -> QuerySet[MessageHold]:
    """Returns the holds of a list, unordered, each with `kept`: the messages it keeps back now."""
    now = clock.now()
    rows: QuerySet[MessageHold] = MessageHold.objects.visible_to(user)
    over = Q(released_at__isnull=False) | Q(ends_at__lte=now)
    rows = rows.filter(over) if is_over else rows.exclude(over)
    rows = rows.select_related("portfolio", "party", "loan")
    return rows.annotate(kept=Value(0)) if is_over else rows.annotate(kept=_kept())


def counts_of(*, user: User) -> tuple[int, int]:
    """Returns how many holds are in force and how many are over. One query."""
    over = Q(released_at__isnull=False) | Q(ends_at__lte=clock.now())
    counted = MessageHold.objects.visible_to(user).aggregate(
        total=Count("pk"), over=Count("pk", filter=over)
    )
    return counted["total"] - counted["over"], counted["over"]


def kept_by(
    *, portfolio: Portfolio, step: str = "", party: Party | None = None, loan: Loan | None = None
) -> int:
    """Returns how many waiting messages a hold of this would keep back. One query."""
    rows = Message.objects.waiting().filter(portfolio=portfolio)
    if step:
        rows = rows.filter(Q(step=step) | Q(step__startswith=f"{step}@"))
    if party is not None:
        rows = rows.filter(party=party)
    if loan is not None:
        rows = rows.filter(about__loan=loan)
    return rows.count()


def lines_of(portfolio: Portfolio) -> list[str]:
    """Returns the lines of the plan that have messages waiting. One query."""
    waiting = Message.objects.waiting().filter(portfolio=portfolio).exclude(step="")
    steps = waiting.order_by("step").values_list("step", flat=True).distinct()
    return sorted({step.partition("@")[0] for step in steps})


def _kept() -> Case:
    """The waiting messages that the outer hold is about; only the count it needs is read."""
    rows = Message.objects.waiting().filter(portfolio=OuterRef("portfolio")).order_by()
    # A hold names a line by its code; its messages add the day: late, late@3.
    days = Q(step__startswith=Concat(OuterRef("step"), Value("@")))
    return Case(
        When(~Q(step=""), then=_number_of(rows.filter(Q(step=OuterRef("step")) | days))),
        When(party__isnull=False, then=_number_of(rows.filter(party=OuterRef("party")))),
        When(loan__isnull=False, then=_number_of(rows.filter(about__loan=OuterRef("loan")))),
        default=_number_of(rows),
        output_field=IntegerField(),
    )


def _number_of(rows: QuerySet[Message]) -> Coalesce:
    counted = rows.annotate(all=Value(1)).values("all").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
