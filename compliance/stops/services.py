"""Setting and lifting stops."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from compliance.gate.facts import Channel
from compliance.stops.details import read_details
from compliance.stops.models import Stop, StopKind
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.encryption.card_numbers import refuse_card_numbers
from core.encryption.sealing import seal
from core.ids import uuid7
from loans.borrowers.models import Party
from loans.contracts.models import Loan, LoanParty
from loans.portfolios.models import Portfolio

if TYPE_CHECKING:
    from compliance.complaints.models import Complaint

#: A hold that is longer than this is a slip of the pen.
LONGEST_HOLD: Final = timedelta(days=366)


@transaction.atomic
def add_stop(
    *,
    kind: str,
    source: str,
    starts_at: datetime,
    by: Actor,
    party: Party | None = None,
    loan: Loan | None = None,
    portfolio: Portfolio | None = None,
    ends_at: datetime | None = None,
    channel: str = "",
    details: Mapping[str, Any] | None = None,
    note: str = "",
    complaint: Complaint | None = None,
) -> Stop:
    """Puts a stop on a person (for all loans or one), a loan or a portfolio; the same is a no-op.

    Raises ValidationError for an unknown kind, channel or detail, a stop without a source or of
    nobody, one that ends before it starts, and a portfolio stopped otherwise than by a hold.
    """
    _check_kind(kind, channel)
    _check_about(kind, party, loan, portfolio)
    _check_source(source)
    if ends_at is not None and ends_at <= starts_at:
        raise ValidationError(_("The stop must end after it starts."))
    pk = uuid7()
    stop, created = Stop.objects.get_or_create(
        party=party,
        loan=loan,
        portfolio=portfolio,
        kind=kind,
        channel=channel,
        starts_at=starts_at,
        source=source,
        defaults={
            "pk": pk,
            "ends_at": ends_at,
            "set_by": by.label,
            "details": read_details(kind, details or {}),
            "note": _sealed(party, note, pk),
            "complaint": complaint,
        },
    )
    if created:
        _record("stop.added", stop, by, kind=kind, channel=channel)
    return stop


@transaction.atomic
def hold(
    *,
    until: datetime,
    reason: str,
    by: Actor,
    party: Party | None = None,
    loan: Loan | None = None,
    portfolio: Portfolio | None = None,
) -> Stop:
    """Holds all contact with a person, about a loan or in a portfolio until an instant.

    The same hold again, while it is in force, is a no-op. Raises ValidationError for an end that
    has passed or lies further than a year ahead, and where `add_stop` does.
    """
    now = clock.now()
    if until <= now:
        raise ValidationError(_("A hold ends in the future. Choose a later day."))
    if until - now > LONGEST_HOLD:
        raise ValidationError(_("A hold lasts at most a year. Choose an earlier day."))
    held = portfolio or loan or party
    if held is not None:  # two who hold the same at once: the second finds the first one's
        type(held)._default_manager.select_for_update(no_key=True).get(pk=held.pk)
    same = (
        Stop.objects.in_force(now)
        .filter(kind=StopKind.HOLD, party=party, loan=loan, portfolio=portfolio)
        .filter(ends_at=until, source=reason.strip())
        .first()
    )
    return same or add_stop(
        kind=StopKind.HOLD,
        source=reason.strip(),
        starts_at=now,
        ends_at=until,
        by=by,
        party=party,
        loan=loan,
        portfolio=portfolio,
    )


@transaction.atomic
def lift_stop(*, stop: Stop, reason: str, by: Actor) -> Stop:
    """Lifts a stop from now on.

    Raises ValidationError without a reason, when it is lifted already, and for one that a
    complaint keeps: closing the complaint lifts it.
    """
    reason = reason.strip()
    if not reason:
        raise ValidationError(_("Say why the stop is lifted."))
    if len(reason) > 200:
        raise ValidationError(_("Say it in at most 200 characters."))
    stop = Stop.objects.select_for_update().get(pk=stop.pk)
    if stop.lifted_at is not None:
        raise ValidationError(_("This stop was lifted by %(by)s.") % {"by": stop.lifted_by})
    if stop.complaint is not None:
        raise ValidationError(
            _("Complaint %(number)s keeps this stop. Answer and close the complaint instead.")
            % {"number": stop.complaint.label}
        )
    return _lift(stop, reason, by)


@transaction.atomic
def lift_stop_of(*, complaint: Complaint, reason: str, by: Actor) -> Stop | None:
    """Lifts the stop that a complaint kept, when the complaint is closed."""
    stop = Stop.objects.select_for_update().filter(complaint=complaint, lifted_at=None).first()
    return None if stop is None else _lift(stop, reason, by)


def _lift(stop: Stop, reason: str, by: Actor) -> Stop:
    stop.lifted_at, stop.lifted_by, stop.lifted_reason = clock.now(), by.label, reason
    stop.save(update_fields=["lifted_at", "lifted_by", "lifted_reason"])
    _record("stop.lifted", stop, by, reason=reason)
    return stop


def _check_kind(kind: str, channel: str) -> None:
    if kind not in StopKind.values:
        raise ValidationError(
            _("%(kind)s is not a stop. Use one of: %(known)s.")
            % {"kind": kind, "known": ", ".join(StopKind.values)}
        )
    if channel and channel not in list(Channel):
        raise ValidationError(
            _("%(channel)s is not a channel. Use one of: %(known)s, or leave it empty for all.")
            % {"channel": channel, "known": ", ".join(Channel)}
        )


def _check_about(
    kind: str, party: Party | None, loan: Loan | None, portfolio: Portfolio | None
) -> None:
    if party is None and loan is None and portfolio is None:
        raise ValidationError(_("Say whom, which loan or which portfolio the stop is about."))
    if portfolio is not None and (party is not None or loan is not None):
        raise ValidationError(_("A stop is of a portfolio or of a person or loan, not of both."))
    if portfolio is not None and kind != StopKind.HOLD:
        raise ValidationError(_("A portfolio is put on hold; other stops are of people."))
    signatures = LoanParty.objects.filter(party=party, loan=loan)
    if party is not None and loan is not None and not signatures.exists():
        raise ValidationError(_("This person stands in no role to the loan."))


def _check_source(source: str) -> None:
    if not source.strip():
        raise ValidationError(_("Say where the stop comes from: a call, a letter, a court."))
    if len(source) > 120:
        raise ValidationError(_("Say where it comes from in at most 120 characters."))


def _sealed(party: Party | None, note: str, pk: UUID) -> bytes | None:
    """Seals what was said under the person's key; of a loan or portfolio nothing is said."""
    if not note.strip():
        return None
    if party is None:
        raise ValidationError(_("A note is about a person. Leave it out here."))
    refuse_card_numbers(note)
    return seal(
        key=party.data_key,
        plaintext=note.strip(),
        table=Stop._meta.db_table,
        column="note",
        row_id=pk,
    )


def _record(action: str, stop: Stop, by: Actor, *, reason: str = "", **data: str) -> None:
    if stop.party_id is not None:
        about: tuple[str, UUID | None] = ("loans.Party", stop.party_id)
    elif stop.loan_id is not None:
        about = ("loans.Loan", stop.loan_id)
    else:
        about = ("loans.Portfolio", stop.portfolio_id)
    record(
        action=action,
        by=by,
        object_type=about[0],
        object_id=str(about[1]),
        portfolio_id=stop.portfolio_id,
        reason=reason,
        data={"stop": str(stop.pk), **data},
    )
