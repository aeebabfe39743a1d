"""Which of a person's numbers is tried first."""

from __future__ import annotations

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When

from collections_app.contacts.models import ResultGroup
from compliance.attempts.models import Attempt
from loans.borrowers.models import ContactPlace, ContactPoint


def in_calling_order(phones: QuerySet[ContactPoint]) -> QuerySet[ContactPoint]:
    """Orders numbers as they are to be tried, with `last_talk_at`.

    Valid before invalid, then where the person was reached last, verified ones, mobiles, the
    oldest on file.
    """
    talks = Attempt.objects.filter(
        contact_point=OuterRef("pk"),
        contacts__result__group=ResultGroup.RIGHT_PARTY,
        contacts__withdrawal__isnull=True,
    ).order_by("-at")
    return phones.annotate(last_talk_at=Subquery(talks.values("at")[:1])).order_by(
        _last(Q(invalid_since__isnull=False)),
        F("last_talk_at").desc(nulls_last=True),
        _last(Q(verified_on__isnull=True)),
        _last(~Q(place=ContactPlace.MOBILE)),
        "created_at",
    )


def _last(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0))
