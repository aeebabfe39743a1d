"""Which treatment is followed by heat: contacts made, and how many relationships got worse after.

A treatment is followed by heat when the relationship with its person got worse (came to a worse
state, `RelationshipChange.is_rise`) at its moment or within 7 days after. Share = treatments
followed by heat / treatments. One rise is counted for every treatment it followed: this shows what
goes before heat, not who is to blame.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models import DateTimeField as Moment
from django.utils.functional import Promise as Lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.access.decorators import has_right
from accounts.models import Team, User
from collections_app.cases.models import Case
from collections_app.contacts.models import Contact, ResultCode
from collections_app.relationship.models import RelationshipChange
from compliance.attempts.models import Attempt, AttemptChannel, Direction, Outcome, Settlement
from loans.portfolios.models import Portfolio
from notifications.outbox.flow import MessageState
from notifications.outbox.models import Message

#: How long after a treatment a rise is counted for it.
AFTER: Final = timedelta(days=7)
#: Of fewer treatments a share says little, and is marked so.
FEW: Final = 30
#: Rows behind a number that are listed, the newest first.
MOST_ROWS: Final = 200
_NOT_MADE: Final = (Outcome.NOT_MADE, Outcome.FAILED, "")


@dataclass(frozen=True, slots=True)
class HeatFilter:
    """From when to when treatments are looked at, and of which portfolio (None: of all)."""

    start: datetime
    end: datetime
    portfolio_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class HeatLine:
    """One kind of treatment: how many, and how many of them were followed by heat."""

    key: str
    name: str
    treatments: int
    heated: int

    @property
    def share(self) -> float:
        return self.heated / self.treatments


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to tell treatments apart. `column` holds the key; `names` turns keys into words."""

    code: str
    title: str | Lazy
    rows: Callable[[User, HeatFilter], QuerySet[Any]]
    column: str
    names: Callable[[Sequence[str]], Mapping[str, str]]
    at: str = "at"
    party: str = "party"
    portfolio: str = "portfolio"


def _contacts(user: User, chosen: HeatFilter) -> QuerySet[Any]:
    """Logged contacts that we began, those taken back left out."""
    rows = Contact.objects.filter(
        case__in=Case.objects.visible_to(user),
        withdrawal__isnull=True,
        attempt__direction=Direction.OUTBOUND,
        at__gte=chosen.start,
        at__lt=chosen.end,
    )
    if chosen.portfolio_id is not None:
        rows = rows.filter(case__portfolio=chosen.portfolio_id)
    return rows


def _attempts(user: User, chosen: HeatFilter) -> QuerySet[Any]:
    """Contacts that we made, by any way, that came about."""
    settled = Settlement.objects.filter(attempt=OuterRef("pk")).exclude(outcome__in=_NOT_MADE)
    rows = Attempt.objects.filter(
        Exists(settled),
        direction=Direction.OUTBOUND,
        is_history=False,
        at__gte=chosen.start,
        at__lt=chosen.end,
    )
    return _in_reach(rows, user, chosen)


def _messages(user: User, chosen: HeatFilter) -> QuerySet[Any]:
    """Messages of a strategy that went out."""
    rows = Message.objects.filter(
        state__in=(MessageState.ACCEPTED, MessageState.DELIVERED),
        batch__isnull=False,
        attempt__at__gte=chosen.start,
        attempt__at__lt=chosen.end,
    ).exclude(step="")
    return _in_reach(rows, user, chosen)


def _in_reach(rows: QuerySet[Any], user: User, chosen: HeatFilter) -> QuerySet[Any]:
    rows = rows.filter(portfolio__in=Portfolio.objects.visible_to(user))
    if chosen.portfolio_id is not None:
        rows = rows.filter(portfolio=chosen.portfolio_id)
    if has_right(user, "case.view_all"):
        return rows
    return rows.filter(party__in=Case.objects.visible_to(user).values("borrower"))


def _result_names(keys: Sequence[str]) -> Mapping[str, str]:
    is_chinese = (get_language() or "").startswith("zh")
    column = "name_zh" if is_chinese else "name"
    return dict(ResultCode.objects.filter(code__in=keys).values_list("code", column))


def _channel_names(keys: Sequence[str]) -> Mapping[str, str]:
    return {str(value): str(label) for value, label in AttemptChannel.choices}


def _team_names(keys: Sequence[str]) -> Mapping[str, str]:
    wanted = [key for key in keys if key]
    return {
        str(pk): name for pk, name in Team.objects.filter(pk__in=wanted).values_list("pk", "name")
    }


def _own_names(keys: Sequence[str]) -> Mapping[str, str]:
    return {key: key for key in keys}


DIMENSIONS: Final[dict[str, Dimension]] = {
    one.code: one
    for one in (
        Dimension(
            "result",
            _("By result of the call"),
            _contacts,
            "result__code",
            _result_names,
            party="attempt__party",
            portfolio="case__portfolio",
        ),
        Dimension("channel", _("By way of contact"), _attempts, "channel", _channel_names),
        Dimension(
            "line",
            _("By line of the strategy"),
            _messages,
            "step",
            _own_names,
            at="attempt__at",
        ),
        Dimension(
            "team",
            _("By team of the agent"),
            _contacts,
            "logged_by__team",
            _team_names,
            party="attempt__party",
            portfolio="case__portfolio",
        ),
    )
}


def heat_lines(*, dimension: Dimension, user: User, chosen: HeatFilter) -> list[HeatLine]:
    """Returns each kind of treatment with its numbers, the most heat first; two queries."""
    groups = (
        _with_heat(dimension, dimension.rows(user, chosen))
        .order_by()
        .values(dimension.column)
        .annotate(
            treatments=Count("pk", distinct=True),
            heated_count=Count("pk", distinct=True, filter=Q(is_heated=True)),
        )
    )
    found = [
        (str(row[dimension.column] or ""), row["treatments"], row["heated_count"]) for row in groups
    ]
    names = dimension.names([key for key, _all, _heated in found])
    lines = [
        HeatLine(key, names.get(key, key), treatments, heated) for key, treatments, heated in found
    ]
    return sorted(lines, key=lambda line: (-line.heated, -line.share, line.name))


def heated_rows(
    *, dimension: Dimension, key: str, user: User, chosen: HeatFilter
) -> list[dict[str, Any]]:
    """Returns the treatments of one kind that heat followed, newest first; one query."""
    rows = dimension.rows(user, chosen)
    rows = rows.filter(
        **({dimension.column: key} if key else {f"{dimension.column}__isnull": True})
    )
    rises = _rises(dimension).order_by("at")
    return list(
        _with_heat(dimension, rows)
        .filter(is_heated=True)
        .annotate(
            treated_at=F(dimension.at),
            person=F(dimension.party),
            home=F(dimension.portfolio),
            rose_at=_first(rises, "at"),
            rose_to=_first(rises, "after"),
            laid_to=_first(rises, "cause"),
        )
        .order_by("-treated_at", "-pk")
        .values("pk", "treated_at", "person", "home", "rose_at", "rose_to", "laid_to")
        .distinct()[:MOST_ROWS]
    )


def _with_heat(dimension: Dimension, rows: QuerySet[Any]) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.annotate(is_heated=Exists(_rises(dimension)))
    return found


def _rises(dimension: Dimension) -> QuerySet[RelationshipChange]:
    """The rises at the moment of the outer treatment or within the days after."""
    until = ExpressionWrapper(OuterRef(dimension.at) + AFTER, output_field=Moment())
    return RelationshipChange.objects.rises().filter(
        party=OuterRef(dimension.party),
        portfolio=OuterRef(dimension.portfolio),
        at__gte=OuterRef(dimension.at),
        at__lte=until,
    )


def _first(rises: QuerySet[RelationshipChange], column: str) -> Any:
    return Subquery(rises.values(column)[:1])
