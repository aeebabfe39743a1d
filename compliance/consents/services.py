"""Recording what a person consented to or refused."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from compliance.consents.models import WAYS, Consent, ConsentAnswer, ConsentKind
from core.audit.actors import Actor
from core.audit.services import record
from loans.borrowers.models import ContactKind, ContactPoint, Party
from loans.contracts.models import Loan, LoanParty

#: way of contact -> what it reaches; visits and letters go to addresses, which have no answers
_REACHED_BY: Final[dict[str, str]] = {
    "call": ContactKind.PHONE,
    "sms": ContactKind.PHONE,
    "email": ContactKind.EMAIL,
}


@transaction.atomic
def record_consent(
    *,
    party: Party,
    answer: str,
    given_at: datetime,
    source: str,
    by: Actor,
    kind: str = ConsentKind.CHANNEL,
    channel: str = "",
    contact_point: ContactPoint | None = None,
    loan: Loan | None = None,
    until: datetime | None = None,
    only_on: date | None = None,
    opens: time | None = None,
    closes: time | None = None,
) -> Consent:
    """Records a yes or a no of a person; the same again is a no-op, taking it back a further no.

    Raises ValidationError for an unknown kind, channel or answer, a missing source, a number or
    loan of somebody else, hours that are not two, and an answer that contradicts one of the very
    same moment and source.
    """
    _check(kind, channel, answer, source)
    _check_about(party, channel, contact_point, loan)
    _check_times(kind, given_at, until, only_on, (opens, closes))
    consent, created = Consent.objects.get_or_create(
        party=party,
        kind=kind,
        loan=loan,
        contact_point=contact_point,
        channel=channel,
        given_at=given_at,
        source=source,
        defaults={
            "answer": answer,
            "until": until,
            "only_on": only_on,
            "opens": opens,
            "closes": closes,
            "recorded_by": by.label,
        },
    )
    if not created and consent.answer != answer:
        raise ValidationError(
            _("The opposite is on record for this very moment. Give the time it was taken back.")
        )
    if created:
        record(
            action="consent.recorded",
            by=by,
            object_type="loans.Party",
            object_id=str(party.pk),
            data={"kind": kind, "channel": channel, "answer": answer},
        )
    return consent


def _check(kind: str, channel: str, answer: str, source: str) -> None:
    if kind not in ConsentKind.values:
        raise ValidationError(
            _("%(kind)s is not a consent. Use one of: %(known)s.")
            % {"kind": kind, "known": ", ".join(ConsentKind.values)}
        )
    needs_channel = kind == ConsentKind.CHANNEL
    ways = [way for way, _name in WAYS]
    if (channel or needs_channel) and channel not in ways:
        raise ValidationError(
            _("%(channel)s is not a channel. Use one of: %(known)s.")
            % {"channel": channel or "–", "known": ", ".join(ways)}
        )
    if answer not in ConsentAnswer.values:
        raise ValidationError(_("A consent is yes or no; leave it out when it is unknown."))
    if not source.strip():
        raise ValidationError(_("Say where the consent comes from."))
    if len(source) > 120:
        raise ValidationError(_("Say where it comes from in at most 120 characters."))


def _check_about(
    party: Party, channel: str, contact_point: ContactPoint | None, loan: Loan | None
) -> None:
    if contact_point is not None and contact_point.party_id != party.pk:
        raise ValidationError(_("This number or address belongs to somebody else."))
    if contact_point is not None and channel and contact_point.kind != _REACHED_BY.get(channel):
        raise ValidationError(_("Nobody is reached this way at this number or address."))
    if loan is not None and not LoanParty.objects.filter(party=party, loan=loan).exists():
        raise ValidationError(_("This person stands in no role to the loan."))


def _check_times(
    kind: str,
    given_at: datetime,
    until: datetime | None,
    only_on: date | None,
    hours: tuple[time | None, time | None],
) -> None:
    opens, closes = hours
    if until is not None and until <= given_at:
        raise ValidationError(_("The consent must end after it was given."))
    if only_on is not None and kind != ConsentKind.CALL_BACK:
        raise ValidationError(_("A single day goes with a further call only."))
    if (opens is not None or closes is not None) != (kind == ConsentKind.HOURS):
        raise ValidationError(_("Hours go with consent to hours outside the usual ones, and only."))
    if kind == ConsentKind.HOURS and (opens is None or closes is None or opens == closes):
        raise ValidationError(_("Give both hours, from when to when."))
