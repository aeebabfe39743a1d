"""Claiming the next person and keeping them: one agent, one person, five minutes at a time.

Every refusal is an error that says why, and changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access.decorators import check_right
from accounts.models import User
from collections_app.cases.models import Case
from collections_app.protection.queries import wants_easier
from collections_app.protection.services import note_eased
from collections_app.worklist.flow import MOST_TRIES, EndedBy, SkipReason, TakenBy
from collections_app.worklist.lease_models import Lease
from collections_app.worklist.lease_rows import (
    end,
    end_of_agent_run_out,
    end_run_out,
    extend,
    has_call_open,
    is_worked,
    lease_by_token,
    live_lease,
    lock_agent,
    own_live_lease,
    take,
)
from collections_app.worklist.models import WorkItem
from collections_app.worklist.points import earned
from collections_app.worklist.points_services import install_standard_points, points_in_force
from collections_app.worklist.points_tables import PointsTable
from collections_app.worklist.queries import requests_for
from collections_app.worklist.ranking import (
    EASIER,
    Candidate,
    claimable_cases,
    next_candidate,
    who_waits,
)
from collections_app.worklist.services import correct_hint
from collections_app.worklist.skips import check_skip, sealed_note, tell_agent, tell_lead
from compliance.gate.services import decide_many
from core import clock
from core.audit.actors import SYSTEM

#: People passed over in one claim because others were quicker or the case at hand is stopped.
_MOST_PASSED: Final = 50

#: Ends after which a person is not simply gone on with: somebody or something decided otherwise.
_FINAL: Final = (EndedBy.TAKEN_OVER, EndedBy.SKIPPED)


@dataclass(frozen=True, slots=True)
class Claim:
    """A person claimed: by which case to enter, and why this one. `is_same`: had already."""

    lease: Lease
    case: Case
    reasons: Sequence[dict[str, Any]]
    is_same: bool = False


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nobody to claim: from when the first may be, and how many wait for their time.

    `held` are with others, `skipped` were passed on by the agent lately, `corrected` looked
    workable until the gate was asked.
    """

    workable_from: datetime | None
    waiting: int
    held: int = 0
    skipped: int = 0
    corrected: int = 0


class Held(Exception):
    """Somebody else has this person now. Nothing was changed."""

    def __init__(self, by: User, until: datetime) -> None:
        super().__init__(f"Held until {until:%H:%M} UTC.")
        self.by, self.until = by, until


class LeaseLost(Exception):
    """The time with a person is over: somebody else has them (`holder`), or nobody. Unchanged."""

    def __init__(self, holder: User | None) -> None:
        super().__init__("The lease is over.")
        self.holder = holder


@transaction.atomic
def claim_next(*, agent: User) -> Claim | Nothing:
    """Claims the next person for an agent, asking the gate in the same transaction.

    While the agent has a person of whom nothing has come yet, it is that one again. Raises
    PermissionDenied for whose role claims nobody.
    """
    check_right(agent, "worklist.claim")
    lock_agent(agent)
    at = clock.now()
    end_of_agent_run_out(agent=agent, at=at)
    mine = own_live_lease(agent=agent, at=at)
    if mine is not None:
        if not is_worked(mine) and extend(mine, at=at):
            return Claim(mine, mine.case, mine.reasons, is_same=True)
        end(mine, because=EndedBy.SAVED, by=agent, at=at)
    return _claim(agent, at)


@transaction.atomic
def take_up(*, agent: User, case: Case) -> Lease:
    """Gives an agent the person of a case they opened by hand or who called in.

    The person they had before goes back. Raises Held when somebody else has this one.
    """
    lock_agent(agent)
    at = clock.now()
    end_of_agent_run_out(agent=agent, at=at)
    return _take_up(agent, case, TakenBy.HAND, at)


@transaction.atomic
def renew(*, lease_token: UUID | str, agent: User) -> Lease:
    """Gives a live lease its five minutes again. Raises LeaseLost when it is over."""
    at = clock.now()
    lease = lease_by_token(token=lease_token, agent=agent)
    if lease is None:
        raise LeaseLost(None)
    is_live = lease.ended_at is None and lease.expires_at > at
    kept = extend(lease, at=at) if is_live else None
    if kept is None:
        raise LeaseLost(_other_holder(lease.party_id, agent, at))
    return kept


@transaction.atomic
def release(*, lease_token: UUID | str, agent: User, why: EndedBy) -> Lease:
    """Ends the agent's own lease because its outcome was saved or it is given back.

    One that is over already stays as it ended. Raises LeaseLost for a token that is not theirs.
    """
    at = clock.now()
    lease = lease_by_token(token=lease_token, agent=agent)
    if lease is None:
        raise LeaseLost(None)
    end_run_out(at=at, party_id=lease.party_id)
    end(lease, because=why, by=agent, at=at)
    lease.refresh_from_db()
    return lease


@transaction.atomic
def require_lease(*, agent: User, party_id: UUID, token: UUID | str) -> Lease:
    """Returns the agent's lease of a person before something is written about them, renewed.

    A lease whose time ran out while nobody else took the person is gone on with. Raises LeaseLost
    with who has the person now, or None when it was decided otherwise or the agent has somebody
    else by now.
    """
    lock_agent(agent)
    at = clock.now()
    end_of_agent_run_out(agent=agent, at=at)
    live = live_lease(party_id=party_id, at=at)
    if live is not None and live.agent_id != agent.pk:
        raise LeaseLost(live.agent)
    if live is not None and (kept := extend(live, at=at)):
        return kept
    former = lease_by_token(token=token, agent=agent)
    is_theirs = former is not None and former.party_id == party_id
    if former is None or not is_theirs or former.ended_because in _FINAL:
        raise LeaseLost(None)
    if own_live_lease(agent=agent, at=at) is not None:
        raise LeaseLost(None)
    why = {
        "obligation": former.obligation,
        "points": former.points,
        "reasons": former.reasons,
        "points_table": former.points_table,
    }
    resumed = take(agent=agent, case=former.case, taken_by=TakenBy.RESUMED, at=at, why=why)
    if resumed is None:
        raise LeaseLost(_other_holder(party_id, agent, at))
    return resumed


@transaction.atomic
def skip(*, agent: User, lease_token: UUID | str, reason: str, note: str = "") -> Lease:
    """Passes a person on, with the reason, which the lead sees.

    Three in a row without an outcome between them are told to the lead. Raises LeaseLost when the
    person is no longer theirs, ValidationError without a reason, with a call that has no outcome
    yet, or with a card number in the note.
    """
    lock_agent(agent)
    at = clock.now()
    lease = lease_by_token(token=lease_token, agent=agent)
    if lease is None:
        raise LeaseLost(None)
    if lease.ended_at is not None or lease.expires_at <= at:
        raise LeaseLost(_other_holder(lease.party_id, agent, at))
    check_skip(reason=reason, note=note)
    if has_call_open(agent=agent, party_id=lease.party_id):
        raise ValidationError(_("First say how the call you started ended."), code="call_open")
    ended = end(
        lease,
        because=EndedBy.SKIPPED,
        by=agent,
        at=at,
        reason=reason,
        skip_reason=SkipReason(reason),
        skip_note=sealed_note(lease, note),
    )
    if ended is None:
        raise LeaseLost(_other_holder(lease.party_id, agent, at))
    tell_lead(agent, at=at)
    return ended


@transaction.atomic
def take_over(*, lead: User, lease: Lease, reason: str) -> Lease:
    """Takes a person from the agent who has them; the agent is told, and nothing of theirs is lost.

    Raises PermissionDenied for who leads nobody, ValidationError without a reason or when the
    lease is over already or the lead's own.
    """
    check_right(lead, "worklist.lead")
    lock_agent(lead)
    at = clock.now()
    if not reason.strip():
        raise ValidationError(_("Say why you take the person over."), code="reason")
    if lease.agent_id == lead.pk:
        raise ValidationError(_("You have this person already."), code="own")
    end_of_agent_run_out(agent=lead, at=at)
    live = live_lease(party_id=lease.party_id, at=at)
    if live is None or live.pk != lease.pk:
        raise ValidationError(_("This person is no longer with that agent."), code="over")
    why = reason.strip()[:200]
    if end(live, because=EndedBy.TAKEN_OVER, by=lead, at=at, reason=why) is None:
        raise ValidationError(_("This person is no longer with that agent."), code="over")
    tell_agent(live, lead)
    return _take_up(lead, live.case, TakenBy.LEAD, at)


def lease_of(party_id: UUID) -> Lease | None:
    """Returns who has a person now; None when nobody has."""
    return live_lease(party_id=party_id, at=clock.now())


def what_waits(*, agent: User) -> Nothing:
    """Returns what Next would answer an agent who can claim nobody now. Changes nothing."""
    found = who_waits(agent=agent, at=clock.now(), bands=points_in_force().bands)
    return Nothing(found.opens_at, found.waiting, found.held, found.skipped)


def _claim(agent: User, at: datetime) -> Claim | Nothing:
    """Tries people in the order of the ranking until the gate agrees to one."""
    table = points_in_force()
    if table._state.adding:
        table = install_standard_points(by=SYSTEM)
    passed: set[UUID] = set()
    corrected, wait = 0, False
    easier = wants_easier(agent=agent, at=at)
    while corrected < MOST_TRIES and len(passed) < _MOST_PASSED:
        found = next_candidate(
            agent=agent, at=at, bands=table.bands, passed=passed, wait=wait, easier=easier
        )
        if found is None and wait:
            break
        if found is None:
            # Rows that others work on were passed over; "nobody" is only said having waited.
            wait = True
            continue
        passed.add(found.party_id)
        entry, was_wrong = _entry(found, agent, at)
        corrected += was_wrong
        if entry is not None and (lease := _lease(found, entry, agent, at, table, easier)):
            if easier:
                note_eased(agent=agent, at=at)
            return Claim(lease, lease.case, lease.reasons)
    waits = who_waits(agent=agent, at=at, bands=table.bands)
    return Nothing(waits.opens_at, waits.waiting, waits.held, waits.skipped, corrected)


def _entry(found: Candidate, agent: User, at: datetime) -> tuple[Case | None, bool]:
    """Asks the gate: (the case to enter by, whether the hint was wrong).

    A hint speaks of the person; where it holds only for a case of somebody else's, it is right and
    the person is passed over.
    """
    cases = claimable_cases(agent).filter(borrower=found.party_id, portfolio=found.portfolio_id)
    mine = {case.loan_id: case for case in cases.select_related("portfolio").order_by("pk")}
    if not found.needs_calling:
        return mine.get(found.loan_id), False
    item = WorkItem.objects.get(pk=found.item_id)
    asked = [request for _whose, request in requests_for([item], at=at)]
    decisions = decide_many(asked)
    allowed: defaultdict[UUID, bool] = defaultdict(bool)
    for request, decision in zip(asked, decisions, strict=True):
        for loan_id in request.loan_ids:
            allowed[loan_id] |= decision.allowed
    if not any(allowed.values()):
        correct_hint(item=item, decisions=decisions, at=at)
        return None, True
    in_order = [found.loan_id, *(loan for loan in mine if loan != found.loan_id)]
    entry = next((mine[loan] for loan in in_order if allowed[loan] and loan in mine), None)
    return entry, False


def _lease(
    found: Candidate,
    entry: Case,
    agent: User,
    at: datetime,
    table: PointsTable,
    easier: bool,
) -> Lease | None:
    reasons = [one.as_data() for one in earned(table.bands, found.facts)]
    if found.obligation:
        first: dict[str, Any] = {"code": found.obligation, "value": None}
        if found.obligation == "callback" and (since := found.facts["callback_at"]):
            first |= {"value": since.isoformat(), "zone": found.facts["callback_zone"]}
        reasons.insert(0, first)
    if easier:
        reasons.insert(0, {"code": EASIER, "value": None})
    why = {
        "obligation": found.obligation,
        "points": found.points,
        "reasons": reasons,
        "points_table": table,
    }
    lease = take(agent=agent, case=entry, taken_by=TakenBy.NEXT, at=at, why=why)
    if lease is not None:
        WorkItem.objects.filter(pk=found.item_id).update(claimed_until=lease.expires_at)
    return lease


def _take_up(agent: User, case: Case, taken_by: TakenBy, at: datetime) -> Lease:
    live = live_lease(party_id=case.borrower_id, at=at)
    if live is not None and live.agent_id != agent.pk:
        raise Held(live.agent, live.expires_at)
    if live is not None and (kept := extend(live, at=at)):
        return kept
    if (mine := own_live_lease(agent=agent, at=at)) is not None:
        because = EndedBy.SAVED if is_worked(mine) else EndedBy.RELEASED
        end(mine, because=because, by=agent, at=at)
    lease = take(agent=agent, case=case, taken_by=taken_by, at=at)
    if lease is None:
        live = live_lease(party_id=case.borrower_id, at=at)
        raise Held(live.agent, live.expires_at) if live else LeaseLost(None)
    return lease


def _other_holder(party_id: UUID, agent: User, at: datetime) -> User | None:
    live = live_lease(party_id=party_id, at=at)
    return live.agent if live is not None and live.agent_id != agent.pk else None
