"""The rows behind the numbers of a week, and the numbers themselves: always the same rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    F,
    Func,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)

from accounts.models import User
from compliance.attempts.models import (
    Attempt,
    AttemptQuerySet,
    Direction,
    Incident,
    Outcome,
    Settlement,
    Verdict,
    VerdictQuerySet,
)
from compliance.complaints.models import Complaint
from compliance.consents.models import Consent, ConsentAnswer
from compliance.oversight.measures import MEASURES, Measure
from compliance.oversight.week_filter import WeekFilter
from compliance.stops.models import Stop


class _NearLimit(Func):
    """Whether a contact left at most one more under a limit of three or more."""

    function = "jsonb_path_exists"
    template = "%(function)s(%(expressions)s, '$[*] ? (@.limit > 2 && @.used + 2 >= @.limit)')"
    output_field = BooleanField()


class _DenyingCodes(Func):
    """The codes of the rules that denied, a row for each."""

    function = "jsonb_path_query"
    template = """(%(function)s(%(expressions)s, '$[*] ? (@.effect == "deny").code') #>> '{}')"""
    output_field = TextField()
    set_returning = True


def rows_of(*, user: User, measure: Measure, chosen: WeekFilter) -> QuerySet[Any]:
    """Returns the rows a number counts, unordered, in the reader's scope."""
    return _READERS[measure.code](user, chosen)


def number_of(*, user: User, measure: Measure, chosen: WeekFilter) -> int:
    """Returns one number. One query."""
    return rows_of(user=user, measure=measure, chosen=chosen).count()


def numbers_of(
    *, user: User, weeks: Sequence[WeekFilter], codes: Sequence[str]
) -> list[dict[str, int]]:
    """Returns some numbers for each of some filters, by code. One query."""
    parts = [
        _count(rows_of(user=user, measure=MEASURES[code], chosen=chosen))
        for chosen in weeks
        for code in codes
    ]
    found = User.objects.filter(pk=user.pk).values_list(*parts).get()
    numbers = [number or 0 for number in found]
    size = len(codes)
    return [
        dict(zip(codes, numbers[at * size : (at + 1) * size], strict=True))
        for at in range(len(weeks))
    ]


def _count(rows: QuerySet[Any]) -> Subquery:
    counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk"))
    return Subquery(counted.values("n"))


def refusals_by_rule(*, user: User, chosen: WeekFilter) -> list[tuple[str, int]]:
    """Returns each rule that refused a contact of the week, and how many; the most first.

    A contact that two rules refused counts for both. One query.
    """
    rows = _refused(user, chosen).order_by().annotate(code=_DenyingCodes(F("findings")))
    counted = rows.values("code").annotate(n=Count("pk", distinct=True)).order_by("-n", "code")
    return list(counted.values_list("code", "n"))


def oldest_open_incident(*, user: User, chosen: WeekFilter) -> dt.datetime | None:
    """Returns since when the oldest incident waits that was open at the end of the week."""
    opened: dt.datetime | None = _incidents_open(user, chosen).aggregate(first=Min("opened_at"))[
        "first"
    ]
    return opened


def keyset_page(
    *, rows: QuerySet[Any], at: str, after: str, size: int, is_oldest_first: bool = False
) -> tuple[list[Any], str]:
    """Returns a page in the order of an instant, and the key the next one starts after.

    The latest comes first unless said otherwise; the key is empty after the last page. Raises
    ValueError for a key that is not one of ours.
    """
    sign, side = ("", "gt") if is_oldest_first else ("-", "lt")
    ordered = rows.order_by(f"{sign}{at}", f"{sign}pk")
    if after:
        text, _separator, key = after.rpartition("~")
        moment: Any = dt.datetime.fromisoformat(text)
        last: Any = int(key) if key.isdigit() else UUID(key)
        beyond = Q(**{f"{at}__{side}": moment}) | Q(**{at: moment, f"pk__{side}": last})
        # Says what follows from the rest, so that an index on the instant has where to begin.
        ordered = ordered.filter(beyond, **{f"{at}__{side}e": moment})
    found = list(ordered[: size + 1])
    if len(found) <= size:
        return found, ""
    last_shown = found[size - 1]
    return found[:size], f"{getattr(last_shown, at).isoformat()}~{last_shown.pk}"


def _attempts(user: User, chosen: WeekFilter) -> AttemptQuerySet:
    attempts: AttemptQuerySet = Attempt.objects.visible_to(user)
    return attempts.filter(chosen.within("at"), direction=Direction.OUTBOUND, is_history=False)


def _made(user: User, chosen: WeekFilter) -> QuerySet[Attempt]:
    corrected = Settlement.objects.filter(
        attempt=OuterRef("attempt"), sequence__gt=OuterRef("sequence")
    )
    not_made = Settlement.objects.filter(
        ~Exists(corrected), attempt=OuterRef("pk"), outcome=Outcome.NOT_MADE
    )
    return _attempts(user, chosen).filter(~Exists(not_made))


def _refused(user: User, chosen: WeekFilter) -> VerdictQuerySet:
    rows = Verdict.objects.visible_to(user).blocked().filter(chosen.within("at"))
    if chosen.rule:
        rows = rows.filter(findings__contains=[{"code": chosen.rule, "effect": "deny"}])
    return rows


def _overridden(user: User, chosen: WeekFilter) -> QuerySet[Attempt]:
    return _attempts(user, chosen).filter(override__isnull=False)


def _unsanctioned(user: User, chosen: WeekFilter) -> QuerySet[Attempt]:
    return _attempts(user, chosen).filter(is_unsanctioned=True)


def _no_outcome(user: User, chosen: WeekFilter) -> QuerySet[Attempt]:
    return _attempts(user, chosen).unsettled()


def _near_limit(user: User, chosen: WeekFilter) -> QuerySet[Attempt]:
    return _made(user, chosen).filter(_NearLimit(F("verdict__used")))


def _incidents_open(user: User, chosen: WeekFilter) -> QuerySet[Incident]:
    still_open = Q(pk__in=[])
    for end, whose in chosen.by_the_end(portfolio="attempt__portfolio"):
        unconcluded = Q(closed_at__isnull=True) | Q(closed_at__gte=end)
        still_open |= whose & Q(opened_at__lt=end) & unconcluded
    return Incident.objects.visible_to(user).filter(still_open)


def _complaints_late(user: User, chosen: WeekFilter) -> QuerySet[Complaint]:
    late = Q(pk__in=[])
    for end, whose in chosen.by_the_end():
        unanswered = Q(answered_at__isnull=True) | Q(answered_at__gte=end)
        late |= whose & Q(received_at__lt=end, due_on__lt=end.date()) & unanswered
    return Complaint.objects.visible_to(user).filter(late)


def _complaints(field: str) -> Callable[[User, WeekFilter], QuerySet[Any]]:
    return lambda user, chosen: Complaint.objects.visible_to(user).filter(chosen.within(field))


def _opt_outs(user: User, chosen: WeekFilter) -> QuerySet[Consent]:
    return Consent.objects.visible_to(user).filter(
        chosen.of_people_within("given_at"), answer=ConsentAnswer.NO
    )


def _stops(field: str) -> Callable[[User, WeekFilter], QuerySet[Any]]:
    return lambda user, chosen: Stop.objects.visible_to(user).filter(
        chosen.of_people_within(field, or_of=("loan__portfolio", "portfolio"))
    )


_READERS: Final[Mapping[str, Callable[[User, WeekFilter], QuerySet[Any]]]] = {
    "made": _made,
    "refused": _refused,
    "overridden": _overridden,
    "unsanctioned": _unsanctioned,
    "no_outcome": _no_outcome,
    "near_limit": _near_limit,
    "incidents_open": _incidents_open,
    "complaints_received": _complaints("received_at"),
    "complaints_answered": _complaints("answered_at"),
    "complaints_late": _complaints_late,
    "opt_outs": _opt_outs,
    "stops_set": _stops("starts_at"),
    "stops_lifted": _stops("lifted_at"),
}
