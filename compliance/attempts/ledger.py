"""Writing the rows of the contact ledger, and the checks that every way into it shares."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from compliance.attempts.models import Attempt, AttemptLoan, Outcome, Settlement, Verdict
from compliance.gate.facts import ContactRequest
from compliance.overrides.models import Override
from core import clock
from core.audit.actors import Actor
from core.facts.together import insert_together, mark_stored
from core.locks.advisory import advisory_locks
from core.locks.registry import Lock
from loans.contracts.models import LoanParty

#: Clocks of two machines differ a little; later than this is a mistake in the entry.
CLOCK_TOLERANCE = timedelta(minutes=2)

_FIRST_SETTLEMENT: Final = """
INSERT INTO compliance_settlement (attempt_id, sequence, outcome, at, settled_by)
SELECT %s, 1, %s, %s, %s
WHERE NOT EXISTS (SELECT FROM compliance_settlement WHERE attempt_id = %s)
RETURNING id
"""


def lock_slots(*, party_id: UUID, loan_ids: Collection[UUID] = ()) -> None:
    """Keeps every other contact with the person, or about these loans, waiting for this one.

    Some limits count a person, some a debt whoever of its people is contacted; so both are held.
    """
    advisory_locks(
        [
            (Lock.CONTACT_SLOT, str(party_id)),
            *((Lock.DEBT_SLOT, str(loan_id)) for loan_id in loan_ids),
        ]
    )


def check_outcome(outcome: str) -> None:
    """Raises ValidationError for an outcome outside the closed set."""
    if outcome not in Outcome.values:
        raise ValidationError(
            _("%(outcome)s is not an outcome. Use one of: %(known)s.")
            % {"outcome": outcome, "known": ", ".join(Outcome.values)}
        )


def check_past(at: datetime) -> None:
    """Raises ValidationError for an instant that lies ahead."""
    if at > clock.now() + CLOCK_TOLERANCE:
        raise ValidationError(_("A contact that was made cannot lie in the future."))


def check_now(at: datetime) -> None:
    """Raises ValidationError for a permission that is not asked for the present moment.

    Facts change between the asking and a later contact, and what lies behind needs no permission.
    """
    if abs(at - clock.now()) > CLOCK_TOLERANCE:
        raise ValidationError(
            _("Permission holds for a contact that begins now. Ask again when it does.")
        )


def store_attempt(
    *,
    request: ContactRequest,
    portfolio_id: UUID,
    direction: str,
    by: Actor,
    verdict: Verdict | None = None,
    override: Override | None = None,
    is_unsanctioned: bool = False,
) -> Attempt:
    """Writes one attempt as it was asked for, in the portfolio of its first loan.

    A verdict that is not stored yet is written with it.
    """
    attempt = Attempt(
        portfolio_id=portfolio_id,
        party_id=request.party_id,
        channel=request.channel,
        direction=direction,
        contact_point_id=request.contact_point_id,
        at=request.at,
        verdict=verdict,
        override=override,
        mode=request.mode,
        purpose=request.purpose,
        content=sorted(request.content),
        organisation=request.organisation,
        recipient=request.recipient,
        device=request.device,
        people_count=request.people_count,
        is_recorded=request.is_recorded,
        is_unsanctioned=is_unsanctioned,
        made_by=by.label,
        made_by_id="" if by.kind == "system" else by.id,
    )
    about = (
        AttemptLoan(attempt=attempt, loan_id=loan_id) for loan_id in sorted(set(request.loan_ids))
    )
    answer = [verdict] if verdict is not None and verdict._state.adding else []
    insert_together([*answer, attempt, *about])
    return attempt


def store_settlement(
    *, attempt: Attempt, sequence: int, outcome: str, at: datetime, by: Actor
) -> Settlement:
    """Writes how an attempt ended; sequence 1 is the first outcome, higher ones correct it.

    An empty outcome takes back the one before it.
    """
    return Settlement.objects.create(
        attempt=attempt, sequence=sequence, outcome=outcome, at=at, settled_by=by.label
    )


def store_first_settlement(
    *, attempt: Attempt, outcome: str, at: datetime, by: Actor
) -> Settlement | None:
    """Writes how an attempt ended where nothing of it is written yet; None where something is."""
    values = (attempt.pk, outcome, at, by.label, attempt.pk)
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_SETTLEMENT, values)
        row = cursor.fetchone()
    if row is None:
        return None
    settlement = Settlement(
        pk=row[0], attempt=attempt, sequence=1, outcome=outcome, at=at, settled_by=by.label
    )
    mark_stored([settlement])
    return settlement


def standing_outcome(attempt: Attempt) -> Settlement | None:
    """Returns how an attempt ended as known now; None while nobody said so, or took it back."""
    last: Settlement | None = attempt.settlements.order_by("-sequence").first()
    return last if last is not None and last.outcome else None


def portfolio_of(request: ContactRequest) -> UUID:
    """Returns the portfolio of the first loan of a request.

    Raises ValidationError when the person is no party of every loan.
    """
    portfolios = dict(
        LoanParty.objects.filter(loan__in=request.loan_ids, party_id=request.party_id).values_list(
            "loan_id", "loan__portfolio_id"
        )
    )
    if not request.loan_ids or portfolios.keys() != set(request.loan_ids):
        raise no_party()
    found: UUID = portfolios[request.loan_ids[0]]
    return found


def no_party() -> ValidationError:
    """Returns the error of a contact about loans that are none of the person's."""
    return ValidationError(_("A contact must be about loans that the person is a party of."))
