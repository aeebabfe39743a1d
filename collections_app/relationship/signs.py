"""The signs themselves: where each is on record. One function for each kind of record.

Each returns what happened with some people since a moment, by person and portfolio; a concept that
comes later adds its function to `SOURCES`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import F, Q

from collections_app.cases.models import Case
from collections_app.contacts.models import Contact, ResultGroup
from collections_app.plans.flow import PlanState
from collections_app.plans.models import PlanEvent
from collections_app.promises.flow import NOT_KEPT
from collections_app.promises.models import Promise, PromiseState
from collections_app.relationship.flow import Happened, Sign
from compliance.attempts.models import Outcome
from compliance.complaints.models import Complaint
from compliance.consents.models import Consent, ConsentAnswer, ConsentKind
from compliance.stops.models import Stop, StopKind

#: A person in a portfolio.
Whose = tuple[UUID, UUID]


class Found(NamedTuple):
    """One sign of one person in one portfolio; without a portfolio it counts in each of theirs."""

    party_id: UUID
    portfolio_id: UUID | None
    happened: Happened


Source = Callable[[Collection[UUID], datetime], Iterator[Found]]


def from_contacts(people: Collection[UUID], since: datetime) -> Iterator[Found]:
    """Talks with the person: abusive, hung up, or calm. What ended in a stop counts as the stop."""
    rows = (
        Contact.objects.filter(
            attempt__party__in=people,
            at__gt=since,
            withdrawal__isnull=True,
            result__group=ResultGroup.RIGHT_PARTY,
        )
        .filter(case__borrower=F("attempt__party"))
        .values_list(
            *("pk", "at", "attempt__party", "case__portfolio"),
            *("result__is_abusive", "result__outcome", "result__stop_kind"),
        )
    )
    for pk, at, party, portfolio, is_abusive, outcome, stop_kind in rows:
        if is_abusive:
            sign = Sign.ABUSE
        elif outcome == Outcome.DROPPED:
            sign = Sign.HANG_UP
        elif outcome == Outcome.CONVERSATION and not stop_kind:
            sign = Sign.CALM_TALK
        else:
            continue
        yield Found(party, portfolio, Happened(at, sign.value, f"contact {pk}"))


def from_stops(people: Collection[UUID], since: datetime) -> Iterator[Found]:
    """People who asked us to stop, whatever became of the stop."""
    rows = Stop.objects.filter(party__in=people, kind=StopKind.CEASE, starts_at__gt=since)
    for pk, at, party, portfolio in rows.values_list("pk", "starts_at", "party", "loan__portfolio"):
        yield Found(party, portfolio, Happened(at, Sign.STOP_ASKED.value, f"stop {pk}"))


def from_complaints(people: Collection[UUID], since: datetime) -> Iterator[Found]:
    """Complaints by the day they came in, upheld or not."""
    rows = Complaint.objects.filter(party__in=people, received_at__gt=since)
    for pk, at, party, portfolio in rows.values_list("pk", "received_at", "party", "portfolio"):
        yield Found(party, portfolio, Happened(at, Sign.COMPLAINT.value, f"complaint {pk}"))


def from_consents(people: Collection[UUID], since: datetime) -> Iterator[Found]:
    """Ways of contact that the person refused."""
    rows = Consent.objects.filter(
        party__in=people,
        kind=ConsentKind.CHANNEL,
        answer=ConsentAnswer.NO,
        given_at__gt=since,
    )
    for pk, at, party, portfolio in rows.values_list("pk", "given_at", "party", "loan__portfolio"):
        yield Found(party, portfolio, Happened(at, Sign.REFUSED_WAY.value, f"consent {pk}"))


def from_promises(people: Collection[UUID], since: datetime) -> Iterator[Found]:
    """Promises as money judged them, at the moment of the judgement.

    The instalment that broke a plan is the plan's own sign, not one more.
    """
    rows = Promise.objects.filter(
        Q(state=PromiseState.KEPT) | Q(state__in=NOT_KEPT), party__in=people, judged_at__gt=since
    ).exclude(is_instalment=True, state__in=NOT_KEPT)
    for pk, at, party, portfolio, state in rows.values_list(
        "pk", "judged_at", "party", "loan__portfolio", "state"
    ):
        assert at is not None  # judged after a moment
        sign = Sign.PROMISE_KEPT if state == PromiseState.KEPT else Sign.PROMISE_BROKEN
        yield Found(party, portfolio, Happened(at, sign.value, f"promise {pk}"))


def from_plans(people: Collection[UUID], since: datetime) -> Iterator[Found]:
    """Plans kept to the end, and plans that were broken, at the moment they came to it.

    As they stand: money booked late with its day puts a broken one in force again, and then it was
    never broken.
    """
    rows = (
        PlanEvent.objects.filter(
            plan__party__in=people,
            state__in=(PlanState.COMPLETED, PlanState.BROKEN),
            plan__state=F("state"),
            known_at__gt=since,
        )
        .order_by("plan", "-id")
        .distinct("plan")
    )
    for pk, at, party, portfolio, state in rows.values_list(
        "plan", "known_at", "plan__party", "plan__loan__portfolio", "state"
    ):
        sign = Sign.PLAN_KEPT if state == PlanState.COMPLETED else Sign.PLAN_BROKEN
        yield Found(party, portfolio, Happened(at, sign.value, f"plan {pk}"))


SOURCES: Final[tuple[Source, ...]] = (
    from_contacts,
    from_stops,
    from_complaints,
    from_consents,
    from_promises,
    from_plans,
)


def signs_of(people: Collection[UUID], since: datetime) -> dict[Whose, list[Happened]]:
    """Returns the signs of people by person and portfolio of their open cases.

    A fixed number of queries, whatever the number of people. Who has nothing has an empty list.
    """
    found: dict[Whose, list[Happened]] = defaultdict(list)
    homes: dict[UUID, list[UUID]] = defaultdict(list)
    cases = Case.objects.filter(borrower__in=people).order_by()
    for party, portfolio in cases.values_list("borrower", "portfolio").distinct():
        found[party, portfolio] = []
        homes[party].append(portfolio)
    for source in SOURCES:
        for one in source(people, since):
            wanted = [one.portfolio_id] if one.portfolio_id else homes[one.party_id]
            for portfolio in wanted:
                if (one.party_id, portfolio) in found:
                    found[one.party_id, portfolio].append(one.happened)
    return found
