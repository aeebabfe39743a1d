"""Recording what a person consented to or refused."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from compliance.consents.models import Consent, ConsentAnswer
from compliance.gate.facts import Channel
from core.audit.actors import Actor
from core.audit.services import record
from loans.borrowers.models import ContactPoint, Party


@transaction.atomic
def record_consent(
    *,
    party: Party,
    channel: str,
    answer: str,
    given_at: datetime,
    source: str,
    by: Actor,
    contact_point: ContactPoint | None = None,
) -> Consent:
    """Records a yes or a no to a channel (of one number or of all); the same again is a no-op.

    Raises ValidationError for an unknown channel or answer, a missing source, or a contact point
    of somebody else.
    """
    if channel not in list(Channel):
        raise ValidationError(
            _("%(channel)s is not a channel. Use one of: %(known)s.")
            % {"channel": channel, "known": ", ".join(Channel)}
        )
    if answer not in ConsentAnswer.values:
        raise ValidationError(_("A consent is yes or no; leave it out when it is unknown."))
    if not source.strip():
        raise ValidationError(_("Say where the consent comes from."))
    if contact_point is not None and contact_point.party_id != party.pk:
        raise ValidationError(_("This number or address belongs to somebody else."))
    consent, created = Consent.objects.get_or_create(
        party=party,
        contact_point=contact_point,
        channel=channel,
        given_at=given_at,
        source=source,
        defaults={"answer": answer, "recorded_by": by.label},
    )
    if created:
        record(
            action="consent.recorded",
            by=by,
            object_type="loans.Party",
            object_id=str(party.pk),
            data={"channel": channel, "answer": answer},
        )
    return consent
