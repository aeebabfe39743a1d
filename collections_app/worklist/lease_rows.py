"""The rows of leases: who has whom now, taking one, ending one. Whether one may is asked above.

Locks are taken in one order: the agent, then the work item, then the lease. Two agents who want
the same person meet on the unique index of live leases; the loser writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from collections_app.cases.models import Case, CaseEvent, CaseEventKind
from collections_app.contacts.models import Contact
from collections_app.worklist.flow import LEASE_TIME, EndedBy, TakenBy
from collections_app.worklist.lease_models import Lease
from collections_app.worklist.models import WorkItem
from compliance.attempts.models import Attempt
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.statements.kept import KeptStatement
from notifications.inbound.models import InboundMessage


def lock_agent(agent: User) -> None:
    """Lets what one agent does about leases wait for each other: two tabs, a double press."""
    User.objects.select_for_update(no_key=True, of=("self",)).only("pk").get(pk=agent.pk)


def live_lease(*, party_id: UUID, at: datetime) -> Lease | None:
    """Returns the lease that holds a person now, its agent read with it."""
    return next(iter(_LIVE.rows(party=party_id, at=at)), None)


#: A person has at most one.
_LIVE: Final = KeptStatement(
    lambda party, at: _with_agent(Lease.objects.live(at).filter(party=party))
)


def own_live_lease(*, agent: User, at: datetime) -> Lease | None:
    """Returns the lease an agent holds now."""
    return _read(Lease.objects.live(at).filter(agent=agent))


def lease_by_token(*, token: UUID | str, agent: User) -> Lease | None:
    """Returns the agent's lease of a token, live or over; None for any other token."""
    try:
        wanted = token if isinstance(token, UUID) else UUID(str(token))
    except ValueError:
        return None
    return _read(Lease.objects.filter(token=wanted, agent=agent))


def leases_of(party_ids: Collection[UUID], *, at: datetime) -> dict[UUID, Lease]:
    """Returns the live lease of each of these people who is with somebody; one query."""
    found = Lease.objects.live(at).filter(party__in=party_ids).select_related("agent")
    return {lease.party_id: lease for lease in found}


def take(
    *,
    agent: User,
    case: Case,
    taken_by: TakenBy,
    at: datetime,
    why: dict[str, Any] | None = None,
) -> Lease | None:
    """Writes a lease of the person of a case, or None when somebody was quicker.

    Arguments: why, the obligation, points, reasons and points table it was given for. The caller
    holds `lock_agent` and has ended the agent's own lease.
    """
    _end_all(Lease.objects.run_out(at).filter(party=case.borrower_id))
    lease = Lease(
        party_id=case.borrower_id,
        agent=agent,
        case=case,
        taken_by=taken_by,
        taken_at=at,
        expires_at=at + LEASE_TIME,
        **(why or {}),
    )
    Lease.objects.bulk_create([lease], ignore_conflicts=True)
    kept = _read(Lease.objects.filter(pk=lease.pk))
    if kept is not None:
        _trail(kept, "lease.taken", agent, data={"taken_by": str(taken_by)})
    return kept


def extend(lease: Lease, *, at: datetime) -> Lease | None:
    """Gives a live lease its whole time again; None when somebody ended it meanwhile."""
    until = at + LEASE_TIME
    WorkItem.objects.filter(party=lease.party_id, claimed_until__lt=until).update(
        claimed_until=until
    )
    if not Lease.objects.filter(pk=lease.pk, ended_at__isnull=True).update(expires_at=until):
        return None
    lease.expires_at = until
    return lease


def end(
    lease: Lease, *, because: EndedBy, by: User, at: datetime, reason: str = "", **said: Any
) -> Lease | None:
    """Ends a live lease, so that the person may be claimed at once; None when it was over already.

    Arguments: reason for the trail; said, further fields of the end (of a skip: why, its note).
    """
    _free([lease.party_id])
    values = {"ended_at": at, "ended_because": because, "ended_by": by, **said}
    if not Lease.objects.filter(pk=lease.pk, ended_at__isnull=True).update(**values):
        return None
    for name, value in values.items():
        setattr(lease, name, value)
    _trail(lease, "lease.ended", by, data={"because": str(because)}, reason=reason)
    return lease


@transaction.atomic
def end_run_out(*, at: datetime | None = None, party_id: UUID | None = None) -> int:
    """Ends the leases whose time is over, of one person or of everybody; returns how many.

    Each ended when its time did, whenever somebody looks.
    """
    over = Lease.objects.run_out(at or clock.now())
    return _end_all(over if party_id is None else over.filter(party=party_id))


@transaction.atomic
def end_of_agent_run_out(*, agent: User, at: datetime) -> int:
    """Ends an agent's lease whose time is over; returns how many there were, 0 or 1."""
    return _end_all(Lease.objects.run_out(at).filter(agent=agent))


def end_where_nothing_is_left(people: Collection[UUID]) -> int:
    """Ends the live leases of people without an open case; returns how many."""
    left = Case.objects.open().filter(borrower=OuterRef("party_id"))
    done = Lease.objects.filter(party__in=people, ended_at__isnull=True).filter(~Exists(left))
    at = clock.now()
    return _end_all(done, because=EndedBy.CASE_OVER, at=at)


def is_worked(lease: Lease) -> bool:
    """Tells whether something came of a lease: an outcome, a next step, a reply dealt with.

    A call the agent started and never said the outcome of is none of it, and comes first.
    """
    agent = lease.agent
    if has_call_open(agent=agent, party_id=lease.party_id):
        return False
    label = Actor.of(agent).label
    theirs = Case.objects.filter(borrower=lease.party_id)
    # What was taken back at once is nothing that came of them, nor is the step it had set.
    logged = Contact.objects.filter(
        case__in=theirs, logged_by=agent, xid__gte=lease.xid, withdrawal__isnull=True
    )
    planned = CaseEvent.objects.filter(
        case__in=theirs.filter(next_step_at__gt=clock.now()),
        kind=CaseEventKind.NEXT_STEP,
        by=label,
        xid__gte=lease.xid,
    )
    # A reply of anybody on the person's loans brings them.
    answered = InboundMessage.objects.filter(
        party__loans__loan__in=theirs.values("loan"),
        handled_by=label,
        handled_at__gte=lease.taken_at,
    )
    return logged.exists() or planned.exists() or answered.exists()


def has_call_open(*, agent: User, party_id: UUID) -> bool:
    """Tells whether the agent is on a call with a person or about their loans and said no end."""
    started = Attempt.objects.unsettled().filter(made_by_id=str(agent.pk))
    theirs = Case.objects.filter(borrower=party_id).values("loan")
    return started.filter(about__loan__in=theirs).exists()


def _read(leases: QuerySet[Lease]) -> Lease | None:
    return _with_agent(leases).first()


def _with_agent(leases: QuerySet[Lease]) -> QuerySet[Lease]:
    return leases.select_related("agent", "case__portfolio")


def _end_all(
    over: QuerySet[Lease], because: EndedBy = EndedBy.EXPIRED, at: datetime | None = None
) -> int:
    """Ends leases; one that somebody renews or ends at this moment is left to whoever does."""
    people = list(over.order_by("party_id").values_list("party_id", flat=True))
    if not people:
        return 0
    _free(people)
    held = list(over.order_by("pk").select_for_update(skip_locked=True, of=("self",)))
    for lease in held:
        lease.ended_at, lease.ended_because = at or lease.expires_at, because
        lease.save(update_fields=["ended_at", "ended_because"])
    return len(held)


def _free(people: Iterable[UUID]) -> None:
    items = WorkItem.objects.filter(party__in=list(people), claimed_until__isnull=False)
    held = items.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True)
    WorkItem.objects.filter(pk__in=list(held)).update(claimed_until=None)


def _trail(lease: Lease, action: str, by: User, *, data: dict[str, Any], reason: str = "") -> None:
    record(
        action=action,
        by=Actor.of(by),
        object_type="collections_app.Lease",
        object_id=lease.pk,
        portfolio_id=lease.case.portfolio_id,
        reason=reason,
        data={"case": str(lease.case_id), **data},
    )
